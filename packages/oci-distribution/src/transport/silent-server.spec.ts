import { createHash } from 'node:crypto';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Descriptor, type Digest, digestOf, finishDigest, MEDIA_TYPES } from '@nx-oci/model';
import { toFailWithCode } from '@nx-oci/model/testing';

import { type Repository } from '../repository';
import { listen } from '../testing/listen';
import { FAST_RETRY, testClient } from '../testing/test-client';

expect.extend({ toFailWithCode });

// Servers of a busy machine are silent, too: nothing here depends on noticing a short silence.
const IDLE_MS = 500;
const TRIES = 3;

// More than fits into the buffers of two sockets.
const PIECE = Buffer.alloc(64 * 1024, 'x');
const PIECES = 512;
const LARGE: Descriptor = { mediaType: MEDIA_TYPES.ociLayerTar, size: PIECE.byteLength * PIECES, digest: digestOfPieces() };

const TEXT = 'content of a small layer, in two halves';
const SMALL: Descriptor = { mediaType: MEDIA_TYPES.ociLayerTar, size: TEXT.length, digest: digestOf(TEXT) };

/** A repository on a server that handles the bodies of blobs with `transfer`, and everything else normally. */
async function serve(transfer: (request: IncomingMessage, response: ServerResponse, number: number) => void): Promise<Repository> {
  let number = 0;
  const listener: RequestListener = (request, response) => {
    if (request.method === 'PUT' || request.method === 'GET') {
      transfer(request, response, ++number);
      return;
    }
    request.resume();
    const headers = request.method === 'POST' ? { location: '/upload' } : {};
    return response.writeHead(request.method === 'POST' ? 202 : 404, headers).end();
  };
  const { host: registry } = await listen(listener);
  const client = testClient({ idleTimeoutMs: IDLE_MS, callTimeoutMs: IDLE_MS, retry: { ...FAST_RETRY, attempts: TRIES } });
  return client.repository({ registry, repository: 'a', access: 'push' });
}

const openLarge = () => Promise.resolve(Readable.from(pieces(), { objectMode: false }));

function digestOfPieces(): Digest {
  const hash = createHash('sha256');
  for (const piece of pieces()) hash.update(piece);
  return finishDigest(hash, 'sha256');
}

function* pieces(): Generator<Buffer> {
  for (let number = 0; number < PIECES; number++) yield PIECE;
}

async function readSlowly(request: IncomingMessage, pauseMs: number): Promise<void> {
  let next = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    next -= piece.byteLength;
    if (next > 0) continue;
    next = LARGE.size / 20;
    await sleep(pauseMs);
  }
}

describe('a server that stops reading in the middle of an upload', () => {
  it('is aborted and retried', async () => {
    const tries: number[] = [];
    const repository = await serve((request, response, number) => {
      tries.push(number);
      if (number === 1) request.once('data', () => request.pause());
      else request.resume().once('end', () => response.writeHead(201).end());
    });
    expect(await repository.push(LARGE, openLarge)).toBe('uploaded');
    expect(tries).toEqual([1, 2]);
  });

  it('is reported when it does so every time', async () => {
    const tries: number[] = [];
    const repository = await serve((request, _, number) => {
      tries.push(number);
      request.once('data', () => request.pause());
    });
    await expect(repository.push(LARGE, openLarge)).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    expect(tries).toHaveLength(TRIES);
  });

  it('does not include one that reads slowly, however long it takes', async () => {
    const repository = await serve((request, response) => {
      // Each transfer is longer than the time-out in total: if that limited the whole transfer, no attempt would complete.
      void readSlowly(request, IDLE_MS / 10).then(() => response.writeHead(201).end());
    });
    expect(await repository.push(LARGE, openLarge)).toBe('uploaded');
  });

  it('does not include one that waits for slow content', async () => {
    const repository = await serve((request, response) => void request.resume().once('end', () => response.writeHead(201).end()));
    let opened = 0;
    const open = () => {
      opened += 1;
      const halves = async function* () {
        yield Buffer.from(TEXT.slice(0, 9));
        await sleep(IDLE_MS * 2.5);
        yield Buffer.from(TEXT.slice(9));
      };
      return Promise.resolve(Readable.from(halves(), { objectMode: false }));
    };
    // Too large to be sent in one request.
    expect(await repository.mountOrPush(SMALL, { registry: repository.registry, repository: 'b' }, open)).toBe('uploaded');
    expect(opened).toBe(1);
  });
});

describe('a server that stops sending in the middle of a download', () => {
  const sendHalf = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': TEXT.length }).write(TEXT.slice(0, 9));
  };

  it('is asked for the rest', async () => {
    const ranges: (string | undefined)[] = [];
    const repository = await serve(({ headers: { range } }, response) => {
      ranges.push(range);
      if (range === undefined) {
        sendHalf(response);
        return;
      }
      response.writeHead(206, { 'content-range': `bytes 9-${TEXT.length - 1}/${TEXT.length}` }).end(TEXT.slice(9));
    });
    expect(await text(await repository.fetch(SMALL))).toBe(TEXT);
    expect(ranges).toEqual([undefined, 'bytes=9-']);
  });

  it('is reported when it does so every time', async () => {
    const ranges: (string | undefined)[] = [];
    const repository = await serve(({ headers: { range } }, response) => {
      ranges.push(range);
      if (range === undefined) {
        sendHalf(response);
        return;
      }
      response.writeHead(206, { 'content-range': `bytes 9-${TEXT.length - 1}/${TEXT.length}` }).flushHeaders();
    });
    await expect(repository.fetch(SMALL).then(text)).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    expect(ranges).toHaveLength(TRIES);
  });

  it('does not include one that sends slowly, however long it takes', async () => {
    const repository = await serve((_, response) => {
      // The whole content each time, so that the next attempt does not compensate for an aborted one.
      response.writeHead(200, { 'content-length': TEXT.length });
      void (async () => {
        for (const letter of TEXT) {
          response.write(letter);
          await sleep(IDLE_MS / 20);
        }
        response.end();
      })();
    });
    expect(await text(await repository.fetch(SMALL))).toBe(TEXT);
  });

  it('does not include one with a slow reader', async () => {
    let asked = 0;
    const repository = await serve((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': LARGE.size });
      Readable.from(pieces(), { objectMode: false }).pipe(response);
    });
    let readBytes = 0;
    for await (const chunk of (await repository.fetch(LARGE)) as AsyncIterable<Buffer>) {
      if (readBytes === 0) await sleep(IDLE_MS * 2.5);
      readBytes += chunk.byteLength;
    }
    expect([readBytes, asked]).toEqual([LARGE.size, 1]);
  });
});

describe('a server that answers byte by byte', () => {
  const drip = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': 'application/json' });
    while (!response.destroyed) {
      response.write(' ');
      await sleep(IDLE_MS / 50);
    }
  };

  it.each<{ readonly what: string; readonly ask: (repository: Repository) => Promise<unknown> }>([
    { what: 'a manifest', ask: (repository) => repository.fetchManifest('v1') },
    { what: 'its tags', ask: (repository) => repository.listTags() },
  ])('is given up for $what, although bytes keep arriving', async ({ ask }) => {
    let asked = 0;
    const repository = await serve((_, response) => {
      asked += 1;
      void drip(response);
    });
    await expect(ask(repository)).toFailWithCode('REGISTRY_UNREACHABLE', /stopped answering/);
    expect(asked).toBe(TRIES);
  });
});
