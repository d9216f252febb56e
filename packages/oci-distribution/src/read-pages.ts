import { OciError } from '@nx-oci/model';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: URL | undefined;
}

export interface PagedList<Item> {
  /** As in "Cannot <doing>". */
  readonly doing: string;
  readonly first: URL;
  /** Longer lists are taken for one that leads in circles. */
  readonly maxPages: number;
  /** `undefined` where there is no list after all. */
  readonly read: (url: URL) => Promise<Page<Item> | undefined>;
}

/**
 * Reads a list to its end. A part of one would be taken for the whole: tags would move back, signatures stay behind.
 *
 * @throws OciError `REGISTRY_FAILED` where it does not end, and what reading a page fails with.
 */
export async function readPages<Item>({ doing, first, maxPages, read }: PagedList<Item>): Promise<readonly Item[] | undefined> {
  const items: Item[] = [];
  let next: URL | undefined = first;
  for (let count = 0; next !== undefined; count++) {
    if (count === maxPages) throw new OciError('REGISTRY_FAILED', `Cannot ${doing}: the list does not end after ${maxPages} pages.`);
    const page: Page<Item> | undefined = await read(next);
    if (page === undefined) return undefined;
    items.push(...page.items);
    next = page.next;
  }
  return items;
}
