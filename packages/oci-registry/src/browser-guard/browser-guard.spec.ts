import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { hostname } from 'node:os';

import fc from 'fast-check';

import { startRegistry, type RunningRegistry, type StartRegistryOptions } from '..';
import { pushBlob } from '../testing/push';

describe('a registry on loopback without a login', () => {
  let registry: RunningRegistry;
  const start = async (options: StartRegistryOptions = {}): Promise<void> => {
    registry = await startRegistry(options);
  };
  afterEach(() => registry.close());

  const ask = async (headers: Record<string, string>, method = 'GET', path = '/v2/'): Promise<number> => {
    const sent = request(registry.url + path, { method, headers, agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  };

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost:PORT',
    '127.0.0.1:PORT',
    '127.8.9.10',
    '[::1]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    'registry.localhost:PORT',
    'host.docker.internal:PORT',
    'host.containers.internal',
  ])('answers to %s', async (host) => {
    await start();
    expect(await ask({ host: host.replace('PORT', String(registry.port)) })).toBe(200);
  });

  it.each([
    'evil.example.com',
    'evil.example.com:PORT',
    'localhost.evil.example.com',
    '127.0.0.1.evil.example.com',
    'notlocalhost',
    'localhost@evil.example.com',
    'evil.example.com:80:localhost',
    '128.0.0.1',
    '203.0.113.7:PORT',
    '[2001:db8::1]:PORT',
    '0x7f000001',
    'localhost/..',
  ])('does not answer to %j for any request', async (host) => {
    await start();
    const headers = { host: host.replace('PORT', String(registry.port)) };
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/v2/_catalog'],
      ['POST', '/v2/app/blobs/uploads/'],
      ['DELETE', '/v2/app/manifests/v1'],
    ] as const)
      expect(await ask(headers, method, path)).toBe(403);
  });

  it('does not answer to any name of the public DNS', async () => {
    await start();
    const isOther = (name: string): boolean => name.toLowerCase() !== hostname().toLowerCase();
    await fc.assert(
      fc.asyncProperty(fc.domain().filter(isOther), async (host) => expect(await ask({ host })).toBe(403)),
      { numRuns: 50 },
    );
  });

  it.each<[string, Record<string, string>]>([
    [
      'a form of another site',
      { origin: 'http://evil.example.com', 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
    ['a script of another site', { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a browser without Sec-Fetch-Site', { origin: 'http://evil.example.com', 'content-type': 'text/plain' }],
    ['a page on another port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a browser that hides the origin', { 'sec-fetch-site': 'cross-site' }],
  ])('accepts nothing from %s', async (_, headers) => {
    await start();
    expect(await ask(headers, 'POST', '/v2/app/blobs/uploads/')).toBe(403);
    expect(await ask({ ...headers, origin: headers['origin'] ?? 'null' }, 'OPTIONS')).toBe(403);
    const catalog = await fetch(`${registry.url}/v2/_catalog`);
    expect(await catalog.text()).toBe('{"repositories":[]}');
  });

  it('answers a browser that opens, follows a link to, or reloads its page', async () => {
    await start();
    for (const site of ['none', 'cross-site', 'same-origin'])
      expect(await ask({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 'GET', '/')).toBe(200);
    expect(await ask({ origin: registry.url, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'GET', '/v2/_catalog')).toBe(200);
  });

  it('answers to allowed names', async () => {
    await start({ allowedHosts: ['Registry.lan', '*.corp.lan'] });
    expect(await ask({ host: 'registry.lan:5080' })).toBe(200);
    expect(await ask({ host: 'a.corp.lan' })).toBe(200);
    expect(await ask({ host: 'corp.lan.evil.example.com' })).toBe(403);
    expect(await ask({ origin: 'https://registry.lan' }, 'POST', '/v2/app/blobs/uploads/')).toBe(202);
  });

  it('refuses an invalid name', async () => {
    await start();
    await expect(startRegistry({ allowedHosts: ['http://a b'] })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});

describe('a registry on the network', () => {
  it.each<[string, StartRegistryOptions, number]>([
    ['on the network answers to any name', { host: '0.0.0.0' }, 200],
    ['on the network answers to the names of its list alone', { host: '0.0.0.0', allowedHosts: ['registry.lan'] }, 403],
    ['with a login answers to any name', { login: { username: 'a', password: 'b' } }, 401],
  ])('%s', async (_, options, status) => {
    const registry = await startRegistry(options);
    try {
      const sent = request({ port: registry.port, path: '/v2/', headers: { host: 'registry.example.com' } }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(status);
    } finally {
      await registry.close();
    }
  });

  it('accepts nothing from foreign pages in a browser that knows the password', async () => {
    const registry = await startRegistry({ login: { username: 'a', password: 'b' } });
    try {
      const authorization = `Basic ${Buffer.from('a:b').toString('base64')}`;
      const sent = request(`${registry.url}/v2/app/blobs/uploads/`, {
        method: 'POST',
        headers: { authorization, origin: 'http://evil.example.com' },
      }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(403);
      await expect(pushBlob(registry.url, 'app', 'x')).rejects.toThrow('401');
    } finally {
      await registry.close();
    }
  });
});
