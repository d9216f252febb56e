import { limitParallel } from '@nx-oci/model';

// Fewer than a storage serves at once: a long list leaves room for pushes.
const AT_ONCE = 8;

/** Reads something for each item, some at once, in the order of the items. */
export function eachOf<Item, Result>(items: readonly Item[], read: (item: Item) => Promise<Result>): Promise<Result[]> {
  const limit = limitParallel(AT_ONCE);
  return Promise.all(items.map((item) => limit(() => read(item))));
}
