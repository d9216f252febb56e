import type { ByteRange } from './storage';

/** The part `range` of some chunks, without copying them. */
export function* cutRange(pieces: Iterable<Uint8Array>, range: ByteRange): Generator<Uint8Array> {
  let start = 0;
  for (const piece of pieces) {
    const from = Math.max(range.first - start, 0);
    const to = Math.min(range.last + 1 - start, piece.byteLength);
    if (from < to) yield piece.subarray(from, to);
    start += piece.byteLength;
  }
}
