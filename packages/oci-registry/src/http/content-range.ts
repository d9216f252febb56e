/** The range in the `Content-Range` of a chunk. */
export type ChunkRange =
  /** No header: the chunk follows the previous one. */
  'next' | 'malformed' | { readonly first: number; readonly last: number };

/**
 * Reads the `Content-Range` of an upload's chunk: `first-last`, both included, without a unit, unlike HTTP's own.
 *
 * Docker's older specification had `bytes first-last/total`; no client is known to send it, but it is unambiguous.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export function parseChunkRange(header: string | undefined): ChunkRange {
  if (header === undefined) return 'next';
  const [, first, last] = /^(?:bytes )?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(header) ?? [];
  if (first === undefined || last === undefined) return 'malformed';
  return Number(last) < Number(first) ? 'malformed' : { first: Number(first), last: Number(last) };
}
