import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';

import { MEDIA_TYPES } from '@nx-oci/model';

import { COMPRESSORS, type Compression } from './compression';
import { findZstdProblem } from './compress-zstd';

/** About 6 MB of words, random bytes and zeros, like programs, pictures and padding. */
function makeContent(): Buffer {
  let state = 12_345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const words = Array.from({ length: 3000 }, () => Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(''));
  const parts = Array.from({ length: 6000 }, () => {
    const kind = next(10);
    if (kind < 7) return Buffer.from(Array.from({ length: 200 }, () => words[next(1 + next(words.length))]).join(' '));
    return kind < 9 ? Buffer.from(Array.from({ length: 700 }, () => next(256))) : Buffer.alloc(2000);
  });
  return Buffer.concat(parts);
}

const CONTENT = makeContent();

function compress(compression: Compression, pieces: Iterable<Buffer>): Promise<Buffer> {
  const streams = [Readable.from(pieces, { objectMode: false }), ...COMPRESSORS[compression].open()];
  return buffer(pipeline(streams, () => undefined) as unknown as Readable);
}

function* cut(content: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let start = 0; start < content.length; start += sizeBytes) yield content.subarray(start, start + sizeBytes);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const withZstd = findZstdProblem() === undefined ? describe : describe.skip;

// `node tools/compression/main.mjs` runs this on every version of Node that we support.
// Another digest here means that a build without a cache changes the digests of published content.
const GOLDEN: Readonly<Record<Compression, string>> = {
  gzip: '6efd173dc76cd1dab8e785ef35d68a56243d297f7b022f9a45c0b3827a914d32',
  zstd: '7a40207add4a4ae7c1e277a06690b2478f6d181e12e9006f01f130d2711aa376',
};

describe('the test content', () => {
  it('is the same everywhere', () => {
    expect(sha256(CONTENT)).toBe('f1548da9382a4399cacacb8b7fb841cf24d767f9aa12cd84629b0434c271ff61');
  });
});

describe('gzip', () => definition('gzip'));
withZstd('zstd', () => {
  definition('zstd');

  it('can be decompressed, and each frame has no size, no checksum and a window of at most 2 MiB', async () => {
    const compressed = await compress('zstd', cut(CONTENT, 65_536));
    const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync: (bytes: Buffer) => Buffer };
    expect(zstdDecompressSync(compressed).equals(CONTENT)).toBe(true);
    expect(compressed.subarray(0, 6).toString('hex')).toBe('28b52ffd0058');
  });
});

// Not a skip: with a newer Node there is nothing to refuse.
if (findZstdProblem() !== undefined) {
  describe('zstd on a Node without it', () => {
    it('is refused, with the versions that support it', () => {
      expect(() => COMPRESSORS.zstd.open()).toThrow(/^Cannot compress layers with zstd: .*Node/);
    });
  });
}

function definition(compression: Compression): void {
  it('writes the same bytes everywhere', async () => {
    expect(sha256(await compress(compression, cut(CONTENT, 65_536)))).toBe(GOLDEN[compression]);
  });

  it.each([0, 1, 1000, 65_536, 262_144, 393_217, 1_048_576, 1_048_577, 4_194_304, 5_000_000])(
    'writes the same bytes for any chunks of %d bytes',
    async (sizeBytes) => {
      const content = CONTENT.subarray(0, sizeBytes);
      const whole = await compress(compression, [content]);
      for (const piece of [777, 16_384, 65_536, 131_072]) {
        expect((await compress(compression, cut(content, piece))).equals(whole)).toBe(true);
      }
    },
  );
  it('is named by its media type', () => {
    expect(COMPRESSORS[compression].mediaType).toBe({ gzip: MEDIA_TYPES.ociLayerGzip, zstd: MEDIA_TYPES.ociLayerZstd }[compression]);
  });
}
