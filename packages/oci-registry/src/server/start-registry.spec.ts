import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

import { digestOf } from '@nx-oci/model';

import { startRegistry, type RunningRegistry } from '..';
import { pushBlob } from '../testing/push';

describe('startRegistry', () => {
  let registry: RunningRegistry;

  beforeEach(async () => {
    registry = await startRegistry();
  });
  afterEach(() => registry.close());

  it('uses a free port and returns its address', async () => {
    expect(registry.url).toBe(`http://127.0.0.1:${registry.port}`);
    expect(registry.host).toBe(`127.0.0.1:${registry.port}`);
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  });

  it('reports a used port, with a hint', async () => {
    await expect(startRegistry({ port: registry.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      hint: expect.stringContaining('choose another port') as string,
    });
  });

  it('reports every wrong option at once', async () => {
    const wrong = startRegistry({ port: 70_000, login: { username: 'a:b', password: '' } });
    await expect(wrong).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(/port.*colon.*password/) as string,
    });
  });

  it('reports an address that does not belong to this machine', async () => {
    await expect(startRegistry({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('stops at once without running requests, and can be closed twice', async () => {
    const digest = await pushBlob(registry.url, 'app', 'x'.repeat(100_000));
    await (await fetch(`${registry.url}/v2/app/blobs/${digest}`)).arrayBuffer();
    const startedMs = performance.now();
    await registry.close();
    await registry.close();
    // Less than the four seconds for which the client keeps its connection.
    expect(performance.now() - startedMs).toBeLessThan(3000);
    await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow();
  });

  it('completes a running request', async () => {
    const url = `${registry.url}/v2/app/blobs/uploads/?digest=${digestOf('late')}`;
    const pending = request(url, { method: 'POST', headers: { 'content-length': 4, expect: '100-continue' } });
    pending.flushHeaders();
    await once(pending, 'continue');
    const closing = registry.close();
    pending.end('late');
    const [answer] = (await once(pending, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await closing;
  });

  it.each([
    ['/v1/', 404],
    ['/v2/app/unknown/x', 404],
    ['/v2/App/manifests/x', 400],
    ['/v2/a//b/manifests/x', 400],
    ['/v2/..%2f..%2fetc/manifests/x', 400],
    ['/v2/%zz/manifests/x', 400],
    ['/token', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await fetch(registry.url + path)).status).toBe(status);
  });

  it('lists the allowed methods for any other one', async () => {
    const answer = await fetch(`${registry.url}/v2/app/tags/list`, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
