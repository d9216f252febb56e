import { limitParallel } from '@nx-oci/model';

// Fewer than the limit of a storage, so that a long list leaves room for pushes.
const AT_ONCE = 8;

/** Calls `read` for each item, some in parallel; results are in the order of the items. */
export function eachOf<Item, Result>(items: readonly Item[], read: (item: Item) => Promise<Result>): Promise<Result[]> {
  const limit = limitParallel(AT_ONCE);
  return Promise.all(items.map((item) => limit(() => read(item))));
}
