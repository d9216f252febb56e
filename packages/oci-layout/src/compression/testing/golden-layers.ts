import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { COMPRESSORS, type Compression } from '../compression';

// `node tools/compression/main.mjs` runs this on every version of Node that we support.
// Another digest here means that a build without a cache changes the digests of published content.
export const GOLDEN: Readonly<Record<Compression, string>> = {
  gzip: '6efd173dc76cd1dab8e785ef35d68a56243d297f7b022f9a45c0b3827a914d32',
  zstd: '7a40207add4a4ae7c1e277a06690b2478f6d181e12e9006f01f130d2711aa376',
};

/** About 6 MB of words, random bytes and zeros, like programs, pictures and padding. */
export function makeContent(): Buffer {
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

export function compress(compression: Compression, pieces: Iterable<Buffer>): Promise<Buffer> {
  const streams = [Readable.from(pieces, { objectMode: false }), ...COMPRESSORS[compression].open()];
  return buffer(pipeline(streams, () => undefined) as unknown as Readable);
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
