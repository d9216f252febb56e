import { type ServerResponse } from 'node:http';
import { type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

import { digestOf } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { answer, type Script, type ScriptedServer, startScriptedServer } from '../testing/scripted-server';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const LAYER = makeImage({ layers: 1, layerBytes: 2_000_000 }).layers[0]!;
const { descriptor, bytes } = LAYER;
const { size } = descriptor;

describe('a download whose connection breaks in the middle', () => {
  it.each([1, 2, 4, 5])('continues where it broke, %i times', async (times) => {
    const registry = await startRegistry();
    const client = testClient();
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    await repository.push(descriptor, contentOf(LAYER));
    registry.log.clear();
    // Each time half of the requested range is sent.
    registry.faults.add({ method: 'GET', path: /blobs/, reset: 'in-answer', times });
    expect(digestOf(await buffer(await repository.fetch(descriptor)))).toBe(descriptor.digest);
    const [first, ...later] = registry.log.entries().map(({ status }) => status);
    expect([first, later]).toEqual([200, Array<number>(times).fill(206)]);
    await Promise.all([client.close(), registry.close()]);
  });

  it('gives up after the attempts of the retry policy, and reports that', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    await repository.push(descriptor, contentOf(LAYER));
    registry.log.clear();
    registry.faults.add({ method: 'GET', path: /blobs/, reset: 'in-answer', times: Infinity });
    await expect(drain(repository.fetch(descriptor))).toFailWithCode('REGISTRY_UNREACHABLE', /fetch sha256:\w{12} from .*\/a: .*broke/);
    expect(registry.log.entries()).toHaveLength(6);
    await Promise.all([client.close(), registry.close()]);
  });

  it.each([1, 65_535, 65_536, 1_000_000, size - 1])('does not request received bytes again: broken after %i bytes', async (cut) => {
    const { server, fetched } = await fetchFrom([breakAfter(cut), sendRest]);
    expect(await fetched).toBe(descriptor.digest);
    expect(rangesOf(server)).toEqual([undefined, `bytes=${cut}-`]);
  });

  it('requests uncompressed bytes, whatever proxies could do', async () => {
    const { server } = await fetchFrom([breakAfter(1), sendRest]);
    expect(server.seen.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'identity']);
  });

  it('sends no further request once all bytes were received', async () => {
    const { server, fetched } = await fetchFrom([breakUndeclaredAfter(size)]);
    expect(await fetched).toBe(descriptor.digest);
    expect(server.seen).toHaveLength(1);
  });

  it.each([1, 65_536, 1_000_000, size - 1])('restarts when ranges are not supported: broken after %i bytes', async (cut) => {
    const { fetched } = await fetchFrom([breakAfter(cut), breakAfter(cut + 1), breakAfter(Math.floor(cut / 2)), sendWhole]);
    expect(await fetched).toBe(descriptor.digest);
  });

  it.each([
    { title: 'another part than asked for', second: sendPart(500, `bytes 500-${size - 1}/${size}`) },
    { title: 'a part without saying which', second: sendPart(1000, '') },
    { title: 'a part of something of another size', second: sendPart(1000, `bytes 1000-${size - 1}/${size + 1}`) },
    { title: '416', second: ((_, response) => answer(response, 416)) satisfies Script },
  ])('requests the whole content after $title', async ({ second }) => {
    const { server, fetched } = await fetchFrom([breakAfter(1000), second, sendWhole]);
    expect(await fetched).toBe(descriptor.digest);
    expect(rangesOf(server)).toEqual([undefined, 'bytes=1000-', undefined]);
  });

  it('fails when the rest belongs to other content', async () => {
    const other: Script = (_, response) =>
      response.writeHead(206, { 'content-range': `bytes 1000-${size - 1}/${size}` }).end(Buffer.alloc(size - 1000));
    const { fetched } = await fetchFrom([breakAfter(1000), other]);
    await expect(fetched).toFailWithCode('DIGEST_MISMATCH');
  });

  it('fails with the error of the registry when the rest is refused', async () => {
    const { fetched } = await fetchFrom([breakAfter(1000), (_, response) => answer(response, 403)]);
    await expect(fetched).toFailWithCode('DENIED');
  });

  it('does not retry for a reader that was closed', async () => {
    const server = await startScriptedServer(
      (_, response) => void response.writeHead(200, { 'content-length': size }).write(bytes.subarray(0, 10)),
    );
    const client = testClient();
    const stream = await client.repository({ registry: server.host, repository: 'a' }).fetch(descriptor);
    stream.destroy();
    await wait(100);
    expect(server.seen).toHaveLength(1);
    await Promise.all([client.close(), server.close()]);
  });

  it('stops waiting for the next attempt when its reader is closed', async () => {
    const busy: Script = (_, response) => answer(response, 503, { 'retry-after': '1' });
    const scripts = [breakAfter(10), busy, sendWhole];
    const server = await startScriptedServer((request, response, self) => scripts[server.seen.length - 1]!(request, response, self));
    const stream = await testClient().repository({ registry: server.host, repository: 'a' }).fetch(descriptor);
    while (server.seen.length < 2) await wait(10);
    stream.destroy();
    await wait(1500);
    expect(server.seen).toHaveLength(2);
  });

  it('reads no faster than its reader, even after it resumed', async () => {
    const sent = { bytes: 0 };
    const big = { ...descriptor, size: 50_000_000 };
    const server = await startScriptedServer((request, response) => {
      if (request.headers.range === undefined) return breakAfter(1000)(request, response, server);
      response.writeHead(206, { 'content-range': `bytes 1000-${big.size - 1}/*` });
      pourSlowly(response, sent, big.size - 1000);
    });
    const client = testClient();
    const stream = await client.repository({ registry: server.host, repository: 'a' }).fetch(big);
    while (server.seen.length < 2) await wait(10);
    await wait(500);
    expect(server.seen).toHaveLength(2);
    // The buffers of two sockets, not the 50 MB.
    expect(sent.bytes).toBeLessThan(20_000_000);
    stream.destroy();
    await Promise.all([client.close(), server.close()]);
  });
});

/** Downloads from a server that gives these answers in turn. */
async function fetchFrom(scripts: readonly Script[]): Promise<{ readonly server: ScriptedServer; readonly fetched: Promise<string> }> {
  const server: ScriptedServer = await startScriptedServer((request, response, self) =>
    scripts[server.seen.length - 1]!(request, response, self),
  );
  const client = testClient();
  const read = async (): Promise<string> => {
    try {
      return digestOf(await buffer(await client.repository({ registry: server.host, repository: 'a' }).fetch(descriptor)));
    } finally {
      await Promise.all([client.close(), server.close()]);
    }
  };
  const fetched = read();
  await fetched.catch(() => undefined);
  return { server, fetched };
}

function rangesOf({ seen }: ScriptedServer): readonly (string | undefined)[] {
  return seen.map(({ headers }) => headers.range);
}

/** Announces everything, sends the first bytes and breaks once they arrived. */
function breakAfter(count: number): Script {
  return (_, response) => breakOff(response.writeHead(200, { 'content-length': size }), count);
}

/** Without a length: only the last chunk of length 0 would mark the end. */
function breakUndeclaredAfter(count: number): Script {
  return (_, response) => breakOff(response.writeHead(200), count);
}

function breakOff(response: ServerResponse, count: number): void {
  // Ends the connection regularly, so that no sent byte is lost.
  response.write(bytes.subarray(0, count), () => response.socket?.end());
}

function sendPart(first: number, contentRange: string): Script {
  return (_, response) => response.writeHead(206, { 'content-range': contentRange }).end(bytes.subarray(first));
}

const sendRest: Script = (request, response, self) => {
  const first = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
  sendPart(first, `bytes ${first}-${size - 1}/${size}`)(request, response, self);
};

const sendWhole: Script = (_, response) => response.writeHead(200, { 'content-length': size }).end(bytes);

function pourSlowly(response: ServerResponse, sent: { bytes: number }, left: number): void {
  if (left <= 0 || response.destroyed) return;
  sent.bytes += 65_536;
  const goOn = (): void => pourSlowly(response, sent, left - 65_536);
  if (response.write(Buffer.alloc(65_536))) setImmediate(goOn);
  else response.once('drain', goOn);
}

async function drain(stream: Promise<Readable>): Promise<void> {
  await buffer(await stream);
}
