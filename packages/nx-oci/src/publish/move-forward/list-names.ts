import { isOciError } from '@nx-oci/model';

import { type Clock } from './clock';
import { type TagStore } from './floating-tag';

// A repository of 100 000 tags has 100 pages at least; whoever serves them slower is not waited for.
const PATIENCE_MS = 20_000;

export interface ListingContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Every tag of a repository; `undefined` where the registry does not tell, or not in time: the labels of the image that a
 * tag points at have to do then.
 */
export async function listNames(store: TagStore, { clock, signal }: ListingContext): Promise<readonly string[] | undefined> {
  const patience = clock.deadline(PATIENCE_MS);
  try {
    return await store.listTags({ signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) });
  } catch (error) {
    if (signal?.aborted === true || !isOciError(error)) throw error;
    return undefined;
  }
}

/** Said wherever names were wanted and not to be had. */
export const NAMES_UNKNOWN = 'this registry did not list its tags: only the labels of the image there were compared';
