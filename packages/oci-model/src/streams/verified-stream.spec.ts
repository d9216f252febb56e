import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Descriptor } from '../names/descriptor';
import { digestOf } from '../names/digest';
import { toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';
import { verifiedStream, verifyBytes } from './verified-stream';

expect.extend({ toFailWithCode });

const describeBytes = (bytes: Uint8Array): Descriptor => ({
  mediaType: 'application/octet-stream',
  digest: digestOf(bytes),
  size: bytes.length,
});
const text = Buffer.from('The quick brown fox');
const whole = describeBytes(text);

/** Sends chunks through; what came out is in `received`, also when the stream fails. */
async function send(chunks: readonly Uint8Array[], descriptor: Descriptor, received: Uint8Array[] = []): Promise<Buffer> {
  const sink = new Writable({
    write: (chunk: Uint8Array, _, done) => {
      received.push(chunk);
      done();
    },
  });
  await pipeline(Readable.from(chunks), verifiedStream(descriptor), sink);
  return Buffer.concat(received);
}

describe('verifiedStream', () => {
  it('passes content on unchanged, in chunks of any size', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom('sha256', 'sha384', 'sha512'), async (chunks, algorithm) => {
        const bytes = Buffer.concat(chunks);
        const descriptor = { ...describeBytes(bytes), digest: digestOf(bytes, algorithm) };
        expect(await send(chunks, descriptor)).toEqual(bytes);
      }),
    );
  });

  it('passes on content larger than a buffer', async () => {
    const chunks = Array.from({ length: 64 }, (_, position) => Buffer.alloc(65_536, position));
    const bytes = Buffer.concat(chunks);
    expect((await send(chunks, describeBytes(bytes))).equals(bytes)).toBe(true);
  });

  it.each([
    ['changed', [Buffer.from('The quick brown f0x')], 'DIGEST_MISMATCH', /the content has another digest/],
    ['cut off', [text.subarray(0, 10)], 'SIZE_MISMATCH', /it has 10 bytes, but its descriptor says 19/],
    ['empty', [], 'SIZE_MISMATCH', /it has 0 bytes/],
    ['too long', [text, Buffer.from('!')], 'SIZE_MISMATCH', /it has at least 20 bytes/],
  ] as const)('fails when content is %s', async (_, chunks, code, pattern) => {
    await expect(send(chunks, whole)).toFailWithCode(code, pattern);
  });

  it.each([
    ['in one chunk', [Buffer.from('The quick brown f0x')]],
    ['in two chunks', [Buffer.from('The quick '), Buffer.from('brown f0x')]],
    ['with an empty chunk at the end', [Buffer.from('The quick brown f0x'), Buffer.alloc(0)]],
    ['one byte too many', [text, Buffer.from('!')]],
  ])('never releases all of wrong content: %s', async (_, chunks) => {
    const received: Uint8Array[] = [];
    await expect(send(chunks, whole, received)).rejects.toThrow();
    expect(Buffer.concat(received).length).toBeLessThan(whole.size);
  });

  it('stops reading at the first byte too many, for a body of any length', async () => {
    const given: number[] = [];
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given.push(1);
          yield Buffer.alloc(1000);
        }
      })(),
    );
    await expect(
      pipeline(endless, verifiedStream(describeBytes(Buffer.alloc(5000))), new Writable({ write: (_c, _e, done) => done() })),
    ).toFailWithCode('SIZE_MISMATCH');
    // Those in the buffers between the two streams were read already.
    expect(given.length).toBeLessThan(100);
  });
});

it('a verified stream keeps its failure for a later reader', async () => {
  const stream = verifiedStream(whole);
  stream.end('something else');
  await new Promise((resolve) => setImmediate(resolve));
  await expect(stream.toArray()).toFailWithCode('SIZE_MISMATCH');
});

describe('verifyBytes', () => {
  it('accepts the content of the descriptor', () => expect(() => verifyBytes(whole, text)).not.toThrow());

  it('refuses any other', async () => {
    await expect(() => verifyBytes(whole, Buffer.from('The quick brown f0x'))).toFailWithCode('DIGEST_MISMATCH');
    await expect(() => verifyBytes(whole, Buffer.alloc(3))).toFailWithCode('SIZE_MISMATCH');
  });
});
