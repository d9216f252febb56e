import { BOUNDS } from '@nx-oci/distribution';
import { isOciError } from '@nx-oci/model';

import { type Clock } from './clock';
import { type TagStore } from './floating-tag';

// A repository of 100 000 tags has at least 100 pages; a slower registry is not worth the wait.
const PATIENCE_MS = BOUNDS.tagListMs;

export interface ListingContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** The tags of a repository, as far as the registry listed them. */
export interface KnownNames {
  readonly names: readonly string[];
  /** If false, a missing name may still exist. */
  readonly isWhole: boolean;
}

/** Lists the tags of a repository; after the time limit, returns those read so far. */
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

/** The reason for a tag of a version line that is therefore held, or was set before the list failed. */
export const NAMES_UNKNOWN = 'this registry did not list all of its tags: a higher version may exist';
