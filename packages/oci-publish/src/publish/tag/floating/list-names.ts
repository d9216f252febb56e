import { BOUNDS } from '@nx-oci/distribution';
import { isOciError } from '@nx-oci/model';

import { type Clock } from './clock';
import { type TagStore } from './floating-tag';

// A repository of 100 000 tags has 100 pages at least; a slower registry is not waited for.
const PATIENCE_MS = BOUNDS.tagListMs;

export interface ListingContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** The tags of a repository, as far as the registry listed them. */
export interface KnownNames {
  readonly names: readonly string[];
  /** Nothing follows from a name that is missing where this is false. */
  readonly isWhole: boolean;
}

/** Lists the tags of a repository; what it gives when its time is over is what was read until then. */
export async function listNames(store: TagStore, { clock, signal }: ListingContext): Promise<KnownNames> {
  const patience = clock.deadline(PATIENCE_MS);
  try {
    const { names, unread } = await store.listTags({ signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) });
    return { names, isWhole: unread === undefined };
  } catch (error) {
    if (signal?.aborted === true || !isOciError(error)) throw error;
    return { names: [], isWhole: false };
  }
}

/** Said of a tag of a version line that is left alone for that, or was set before the list failed. */
export const NAMES_UNKNOWN = 'this registry did not list all of its tags: a higher version may exist';
