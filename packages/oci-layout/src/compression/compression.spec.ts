import * as zlib from 'node:zlib';

import { MEDIA_TYPES } from '@nx-oci/model';

import { COMPRESSORS, type Compression } from './compression';
import { findZstdProblem } from './compress-zstd';
import { compress, GOLDEN, makeContent, sha256 } from './testing/golden-layers';

function* cut(content: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let start = 0; start < content.length; start += sizeBytes) yield content.subarray(start, start + sizeBytes);
}

const CONTENT = makeContent();
const withZstd = findZstdProblem() === undefined ? describe : describe.skip;

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

// Not a skip: a newer Node has nothing to refuse.
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
