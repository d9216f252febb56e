import { type Digest, type Lookup } from '@nx-oci/model';

import { type Destination } from '../destination/destination';
import { isFound } from '../destination/unknown-tags';

/** The state of a registry before anything is written. */
export interface Observation {
  readonly destination: Destination;
  /** What each requested tag points to now. */
  readonly tags: ReadonlyMap<string, Lookup>;
  /** The manifest already exists, with all its content. */
  readonly hasContent: boolean;
}

export interface ObserveOptions {
  readonly signal?: AbortSignal;
  readonly resolve?: (tag: string) => Promise<Lookup>;
}

/**
 * Reads a destination: one request for each tag, all at the same time.
 *
 * The manifest itself is requested only if tags exist and none points at it: an empty repository has no content, and
 * a tag that points at the manifest proves that it exists.
 *
 * @param digest of the manifest, if it may exist although none of these tags has it.
 * @param resolve looks up one tag; the answer may be prefetched.
 */
export async function observe(
  destination: Destination,
  tags: readonly string[],
  digest: Digest | undefined,
  { signal, resolve = (tag) => destination.repository.resolve(tag, { signal }) }: ObserveOptions,
): Promise<Observation> {
  const found = await Promise.all(tags.map(async (tag) => [tag, await resolve(tag)] as const));
  const present = found.flatMap(([, there]) => (isFound(there) ? [there.digest] : []));
  const hasTag = digest !== undefined && present.includes(digest);
  const mayHaveContent = digest !== undefined && present.length > 0 && !hasTag;
  const hasContent = hasTag || (mayHaveContent && isFound(await destination.repository.resolve(digest, { signal })));
  return { destination, tags: new Map(found), hasContent };
}
