import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Descriptor, digestOf, MEDIA_TYPES } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { type RegistryClientOptions } from '../client';
import { type Repository } from '../repository';
import { listen } from '../testing/listen';
import { contentOf, FAST_RETRY, testClient } from '../testing/test-client';

expect.extend({ toFailWithCode });

const TRIES = 3;
const FIRST_ANSWER_MS = 400;

const TEXT = 'x'.repeat(100_000);
const BLOB: Descriptor = { mediaType: MEDIA_TYPES.ociLayerTar, size: TEXT.length, digest: digestOf(TEXT) };
const PACE = { bytesPerSecond: 10_000, windowMs: 500 };

function clientOf(registry: string, options: Partial<RegistryClientOptions> = {}): { readonly api: Repository; readonly lines: string[] } {
  const lines: string[] = [];
  const client = testClient({
    firstAnswerTimeoutMs: FIRST_ANSWER_MS,
    noticeMs: 150,
    pace: PACE,
    retry: { ...FAST_RETRY, connectAttempts: TRIES },
    onWait: (line) => lines.push(line),
    ...options,
  });
  return { api: client.repository({ registry, repository: 'a', access: 'push' }), lines };
}

describe('a host that accepts connections and never answers', () => {
  let host: string;
  let close: () => void;
  let connections = 0;

  beforeEach(async () => {
    connections = 0;
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      connections += 1;
      sockets.push(socket.on('error', () => undefined));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
  });

  afterEach(() => close());

  it('is waited for once, whatever the number of operations', async () => {
    const { api, lines } = clientOf(host);
    const started = performance.now();
    const looks = await Promise.allSettled(Array.from({ length: 300 }, (_, at) => api.resolve(`v${at}`)));
    expect(looks.map(({ status }) => status)).toEqual(looks.map(() => 'rejected'));
    for (const look of [looks[0], looks[299]])
      await expect(Promise.reject((look as PromiseRejectedResult).reason as Error)).toFailWithCode(
        'REGISTRY_UNREACHABLE',
        /stopped answering/,
      );
    // One after the other, six at a time, they would take a minute.
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(connections).toBeLessThanOrEqual(6 * TRIES + 6);
    expect(lines[0]).toMatch(
      new RegExp(`^Waiting for ${host}: no answer for 1 s \\(to look up ${host}/a:v0, and 299 more\\); giving up after`),
    );
    // Once connected; on a busy machine that may be after the first notice.
    expect(lines.at(-1)).toMatch(/giving up after 7 s\.$/);
    expect(lines.length).toBeGreaterThan(2);
  });

  it('gets no requests from later operations', async () => {
    const { api } = clientOf(host);
    await expect(api.resolve('v1')).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    const before = connections;
    await expect(api.listTags()).toFailWithCode('REGISTRY_UNREACHABLE', /^Cannot list the tags of .*stopped answering/);
    expect(connections).toBe(before);
  });

  it('is given up after three connection time-outs if the TLS handshake hangs, and the notice says so', async () => {
    const { api, lines } = clientOf(host, { firstAnswerTimeoutMs: undefined, hosts: () => ({ plainHttp: false }) });
    const stop = new AbortController();
    const looking = api.resolve('v1', { signal: stop.signal }).catch(() => undefined);
    while (lines.length === 0) await sleep(20);
    stop.abort();
    await looking;
    expect(lines[0]).toMatch(/giving up after 30 s\.$/);
  });

  it('is reported by a notice long before it is given up', async () => {
    const { api, lines } = clientOf(host, { firstAnswerTimeoutMs: 5000 });
    const looking = api.resolve('v1', { signal: AbortSignal.timeout(1500) }).catch(() => undefined);
    await sleep(600);
    expect(lines.length).toBeGreaterThanOrEqual(1);
    await looking;
  });
});

describe('a host that accepts a request and never answers it', () => {
  /** Answers requests that match `isAnswered` like a registry, and no others. */
  const serve = async (isAnswered: (method: string) => boolean) => {
    const asked: string[] = [];
    const { host } = await listen((request, response) => {
      const { method = '' } = request;
      asked.push(method);
      request.resume();
      if (isAnswered(method)) response.writeHead(method === 'POST' ? 202 : 404, { location: '/upload' }).end();
    });
    return { asked, ...clientOf(host, { callTimeoutMs: 500, idleTimeoutMs: 500, commitTimeoutMs: 500 }) };
  };
  const openText = () => Promise.resolve(Readable.from([Buffer.from(TEXT)], { objectMode: false }));
  const manifest = makeImage({ layers: 1 }).manifest;

  it.each<[string, (api: Repository) => Promise<unknown>]>([
    ['a blob', (api) => api.mountOrPush(BLOB, { registry: api.registry, repository: 'b' }, openText)],
    ['a manifest', (api) => api.push(manifest.descriptor, contentOf(manifest))],
    ['a tag', (api) => api.tag(manifest, 'v1')],
  ])('is given up after a few attempts to PUT %s, and reported meanwhile', async (_what, put) => {
    const { api, asked, lines } = await serve((method) => method !== 'PUT');
    await expect(put(api)).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    expect(asked.filter((method) => method === 'PUT')).toHaveLength(TRIES);
    expect(lines[0]).toMatch(/^Waiting for .*: no answer for 1 s \(to push .*\); giving up after \d+ s\.$/);
  });
});

describe('a very slow host', () => {
  const serve = async (handle: RequestListener, options: Partial<RegistryClientOptions> = {}) => {
    const asked: string[] = [];
    const { host } = await listen((request, response) => {
      asked.push(request.method ?? '');
      handle(request, response);
    });
    return { asked, ...clientOf(host, { callTimeoutMs: 1000, ...options }) };
  };

  /** Sends one byte after the other, without Node's HTTP server. */
  async function drip({ socket }: Pick<ServerResponse, 'socket'>, head: string): Promise<void> {
    socket?.on('error', () => undefined);
    socket?.write(head);
    while (socket?.destroyed === false) {
      socket.write('a');
      await sleep(20);
    }
  }

  it.each<[string, (api: Repository) => Promise<unknown>]>([
    ['a tag', (api) => api.resolve('v1')],
    ['a list', (api) => api.listTags()],
    ['a blob', (api) => api.fetch(BLOB).then(text)],
  ])('is given up while it sends headers for %s', async (_what, ask) => {
    const { api, asked } = await serve((_, response) => void drip(response, 'HTTP/1.1 200 OK\r\nX-Slow: '), { idleTimeoutMs: 500 });
    await expect(ask(api)).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    expect(asked).toHaveLength(TRIES);
  });

  it('is given up while it sends a blob, although bytes keep arriving', async () => {
    const { api, asked, lines } = await serve(
      (_, response) => void drip(response, `HTTP/1.1 200 OK\r\nContent-Length: ${BLOB.size}\r\n\r\n`),
    );
    await expect(api.fetch(BLOB).then(text)).toFailWithCode('REGISTRY_UNREACHABLE', /less than \d+ bytes per second/);
    expect(asked).toHaveLength(TRIES);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('is given up while it reads a blob byte by byte', async () => {
    const large = Buffer.alloc(64 * 1024 * 1024);
    const descriptor: Descriptor = { mediaType: MEDIA_TYPES.ociLayerTar, size: large.length, digest: digestOf(large) };
    const takeSlowly = async (request: IncomingMessage): Promise<void> => {
      request.on('error', () => undefined);
      while (!request.destroyed) {
        request.read(1);
        await sleep(20);
      }
    };
    const { api, asked } = await serve((request, response) => {
      if (request.method === 'PUT') void takeSlowly(request);
      else response.writeHead(request.method === 'POST' ? 202 : 404, { location: '/upload' }).end();
    });
    const open = () => Promise.resolve(Readable.from([large], { objectMode: false }));
    await expect(api.push(descriptor, open)).toFailWithCode('REGISTRY_UNREACHABLE', /less than \d+ bytes per second/);
    expect(asked.filter((method) => method === 'PUT')).toHaveLength(TRIES);
  }, 30_000);

  it('is not given up after a short pause', async () => {
    const { api, asked } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': BLOB.size }).write(TEXT.slice(0, 50_000));
      setTimeout(() => response.end(TEXT.slice(50_000)), PACE.windowMs / 2);
    });
    expect(await text(await api.fetch(BLOB))).toBe(TEXT);
    expect(asked).toHaveLength(1);
  });

  it('is reported when it asks for a pause, with its length', async () => {
    const { api, asked, lines } = await serve((_, response) => {
      const status = asked.length === 1 ? 429 : 404;
      response.writeHead(status, { 'retry-after': '1' }).end();
    });
    expect(await api.resolve('v1')).toBeUndefined();
    expect(lines[0]).toMatch(/^Waiting 1 s before the next request to .*: .* answered 429 \(to look up .*:v1\)\.$/);
  });
});
