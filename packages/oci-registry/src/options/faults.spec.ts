import { digestOf } from '@nx-oci/model';

import { startRegistry, type RunningRegistry } from '..';
import { pushBlob } from '../testing/push';

describe('faults', () => {
  let registry: RunningRegistry;
  const content = 'x'.repeat(200_000);
  const digest = digestOf(content);
  const read = (method = 'GET'): Promise<Response> => fetch(`${registry.url}/v2/app/blobs/${digest}`, { method });

  beforeEach(async () => {
    registry = await startRegistry();
    await pushBlob(registry.url, 'app', content);
    registry.log.clear();
  });
  afterEach(() => registry.close());

  it('occur as often as configured', async () => {
    registry.faults.add({ path: /blobs/, times: 2, answer: { status: 429, headers: { 'retry-after': '3' }, body: 'slow down' } });
    const first = await read();
    expect([first.status, first.headers.get('retry-after'), await first.text()]).toEqual([429, '3', 'slow down']);
    expect((await read()).status).toBe(429);
    expect((await read()).status).toBe(200);
    expect(registry.log.entries().map(({ status, isFault }) => [status, isFault])).toEqual([
      [429, true],
      [429, true],
      [200, false],
    ]);
  });

  it('only affect matching requests', async () => {
    registry.faults.add({ method: 'HEAD', path: /blobs/g, times: Infinity, answer: { status: 503 } });
    expect([(await read()).status, (await read('HEAD')).status, (await read('HEAD')).status]).toEqual([200, 503, 503]);
  });

  it('can let some requests pass first', async () => {
    registry.faults.add({ path: /blobs/, after: 1, answer: { status: 500 } });
    expect([(await read()).status, (await read()).status, (await read()).status]).toEqual([200, 500, 200]);
  });

  it('delay the answer', async () => {
    registry.faults.add({ path: /blobs/, delayMs: 150 });
    const startedMs = performance.now();
    expect((await read()).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(140);
  });

  it('wait no longer than the client does', async () => {
    registry.faults.add({ path: /blobs/, delayMs: 600_000, times: Infinity });
    const giveUp = () => fetch(`${registry.url}/v2/app/blobs/${digest}`, { signal: AbortSignal.timeout(50) });
    for (let tries = 0; tries < 40 && registry.log.entries().length === 0; tries++) await expect(giveUp()).rejects.toThrow('timeout');
    expect(registry.log.entries()[0]).toMatchObject({ status: 0, isFault: true });
  });

  it('reset before the request is handled', async () => {
    registry.faults.add({ method: 'POST', path: /uploads/, reset: 'before' });
    await expect(pushBlob(registry.url, 'app', 'lost')).rejects.toThrow();
    expect((await fetch(`${registry.url}/v2/app/blobs/${digestOf('lost')}`)).status).toBe(404);
    expect(registry.log.entries()[0]).toMatchObject({ status: 0, isFault: true });
  });

  it('reset while the body is sent', async () => {
    registry.faults.add({ method: 'POST', path: /uploads/, reset: 'in-request' });
    await expect(pushBlob(registry.url, 'app', 'y'.repeat(5_000_000))).rejects.toThrow();
  });

  it('reset after the request was handled, so that only the answer is lost', async () => {
    registry.faults.add({ method: 'POST', path: /uploads/, reset: 'after' });
    await expect(pushBlob(registry.url, 'app', 'kept')).rejects.toThrow();
    expect((await fetch(`${registry.url}/v2/app/blobs/${digestOf('kept')}`)).status).toBe(200);
  });

  it('reset in the middle of an answer', async () => {
    registry.faults.add({ path: /blobs/, reset: 'in-answer' });
    const answer = await read();
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('corrupt bits of the answer, not of the stored content', async () => {
    registry.faults.add({ path: /blobs/, corrupt: true });
    const wrong = Buffer.from(await (await read()).arrayBuffer());
    expect([wrong.length, digestOf(wrong)]).toEqual([content.length, expect.not.stringMatching(digest)]);
    expect(await (await read()).text()).toBe(content);
  });

  it('affect a share of the requests, the same ones for the same seed', async () => {
    const strike = async (seed: number): Promise<readonly number[]> => {
      registry.faults.clear();
      registry.faults.add({ method: 'HEAD', path: /blobs/, share: 0.2, seed, answer: { status: 503 } });
      const struck: number[] = [];
      for (let number = 0; number < 200; number++) if ((await read('HEAD')).status === 503) struck.push(number);
      return struck;
    };
    const first = await strike(7);
    expect(await strike(7)).toEqual(first);
    expect(await strike(8)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(20);
    expect(first.length).toBeLessThan(60);
  });

  it('leave other requests to a later fault', async () => {
    registry.faults.add({ path: /blobs/, share: 0.000_001, answer: { status: 503 } });
    registry.faults.add({ path: /blobs/, answer: { status: 500 } });
    expect([(await read()).status, (await read()).status]).toEqual([500, 200]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuse a share of %d', (share) => {
    expect(() => registry.faults.add({ path: /./, share })).toThrow(`its share is ${share}`);
  });

  it('can be removed', async () => {
    registry.faults.add({ path: /./, times: Infinity, answer: { status: 500 } });
    registry.faults.clear();
    expect((await read()).status).toBe(200);
  });
});
