import { type RequestListener } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { closeAfterEach } from '../testing/close-after-each';
import { listen } from '../testing/listen';
import { discardBody, exchangeHttp, type HttpAnswer, type HttpRequest } from './http-exchange';
import { LargeReadAgent } from './large-read-agent';

const IDLE_MS = 150;

async function serve(listener: RequestListener): Promise<URL> {
  return new URL(`http://${(await listen(listener)).host}/`);
}

function ask(url: URL, request: Partial<HttpRequest> = {}): Promise<HttpAnswer> {
  const agent = new LargeReadAgent();
  closeAfterEach({
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  });
  return exchangeHttp(
    url,
    { method: 'GET', headers: {}, idleTimeoutMs: IDLE_MS, ...request },
    { agent, tls: { rejectUnauthorized: true } },
  );
}

const upload = (body: Readable, size: number): Partial<HttpRequest> => ({ method: 'PUT', headers: { 'content-length': `${size}` }, body });

describe('a silent server', () => {
  it('is given up when no answer comes', async () => {
    await expect(ask(await serve(() => undefined))).rejects.toMatchObject({ code: 'ERR_OCI_SILENCE' });
  });

  it('is given up in the middle of its answer', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-length': '10' }).write('half'));
    const { body } = await ask(url);
    await expect(body.toArray()).rejects.toMatchObject({ code: 'ERR_OCI_SILENCE' });
  });

  it('is given up when it stops reading', async () => {
    const url = await serve((request) => void request.pause());
    const endless = Readable.from(repeat(Buffer.alloc(1024 * 1024)));
    await expect(ask(url, upload(endless, 1e12))).rejects.toMatchObject({ code: 'ERR_OCI_SILENCE' });
    endless.destroy();
  });

  it('may take longer to answer after the whole upload, if allowed', async () => {
    const url = await serve((_, response) => void setTimeout(() => response.end(), 5 * IDLE_MS));
    expect(await ask(url, { answerTimeoutMs: 100 * IDLE_MS })).toMatchObject({ status: 200 });
  });

  it('does not time out while we have nothing to send', async () => {
    const url = await serve((request, response) => void request.resume().once('end', () => response.end()));
    const slow = new PassThrough();
    const asked = ask(url, upload(slow, 2));
    slow.write('a');
    await sleep(5 * IDLE_MS);
    slow.end('b');
    expect(await asked).toMatchObject({ status: 200 });
  });

  it('does not time out while we do not read', async () => {
    const text = 'x'.repeat(4 * 1024 * 1024);
    const { body } = await ask(await serve((_, response) => void response.end(text)));
    await sleep(5 * IDLE_MS);
    expect(Buffer.concat((await body.toArray()) as Buffer[])).toHaveLength(text.length);
  });
});

describe('the content of a request', () => {
  it.each([
    ['longer', ['abc', 'd'], 3],
    ['shorter', ['ab'], 3],
  ])('that is %s than announced is never sent completely', async (_how, pieces, size) => {
    const whole: unknown[] = [];
    const url = await serve((request) => void request.resume().once('end', () => whole.push(request.complete)));
    await expect(ask(url, upload(Readable.from(pieces), size))).rejects.toMatchObject({ code: 'ERR_OCI_WRONG_LENGTH' });
    expect(whole).toEqual([]);
  });
});

it('is not sent further after an early answer', async () => {
  const url = await serve((_, response) => void response.writeHead(413, { connection: 'close' }).end('too large'));
  const endless = Readable.from(repeat(Buffer.alloc(64 * 1024)));
  const { status, body } = await ask(url, upload(endless, 1e12));
  endless.destroy();
  expect(status).toBe(413);
  expect(Buffer.concat((await body.toArray()) as Buffer[]).toString()).toBe('too large');
});

it('fails the request with its own error', async () => {
  const url = await serve((request) => void request.resume());
  const broken = new PassThrough();
  const asked = ask(url, upload(broken, 10));
  broken.write('half');
  broken.destroy(new Error('the disk is gone'));
  await expect(asked).rejects.toThrow('the disk is gone');
});

it('stops at a signal, with its reason', async () => {
  const stop = new AbortController();
  const asked = ask(await serve(() => stop.abort(new Error('enough'))), { signal: stop.signal });
  await expect(asked).rejects.toThrow('enough');
  await expect(ask(await serve(() => undefined), { signal: stop.signal })).rejects.toThrow('enough');
});

it('leaves the connection reusable after a discarded body, unless that takes long', async () => {
  const sockets = new Set<unknown>();
  let size = 10;
  const url = await serve((request, response) => {
    sockets.add(request.socket);
    response.end('x'.repeat(size));
  });
  const agent = new LargeReadAgent();
  const once = async (): Promise<void> =>
    discardBody((await exchangeHttp(url, { method: 'GET', headers: {} }, { agent, tls: { rejectUnauthorized: true } })).body);
  await once();
  await once();
  expect(sockets.size).toBe(1);
  size = 10_000_000;
  await once();
  await once();
  expect(sockets.size).toBe(2);
  agent.destroy();
});

function* repeat(chunk: Buffer): Generator<Buffer> {
  for (;;) yield chunk;
}
