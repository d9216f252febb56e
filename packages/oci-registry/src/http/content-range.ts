/** What the `Content-Range` of a chunk says about it. */
export type ChunkPlace =
  /** No header: the chunk goes behind what is there, however long it is. */
  'next' | 'malformed' | { readonly first: number; readonly last: number };

/**
 * Reads the `Content-Range` of an upload's chunk: `first-last`, both included, without a unit, unlike HTTP's own.
 *
 * Docker's specification of old had `bytes first-last/total`; nobody was seen to send it, but it is unambiguous.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export function parseChunkPlace(header: string | undefined): ChunkPlace {
  if (header === undefined) return 'next';
  const [, first, last] = /^(?:bytes )?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(header) ?? [];
  if (first === undefined || last === undefined) return 'malformed';
  return Number(last) < Number(first) ? 'malformed' : { first: Number(first), last: Number(last) };
}
