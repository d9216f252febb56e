import { isOciError, OciError } from '@nx-oci/model';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent at the end of the list, or if `unread` says why the next page is unknown. */
  readonly next?: URL;
  /** The answer did not name `next`, which may not exist: a page without a new item is the end. */
  readonly isNextGuessed?: boolean;
  readonly unread?: OciError;
}

export interface PagedList<Item> {
  /** As in "Cannot <doing>". */
  readonly doing: string;
  readonly first: URL;
  /** A longer list is treated as endless. */
  readonly maxPages: number;
  /** `undefined` if there is no list. */
  readonly read: (url: URL, isFirst: boolean) => Promise<Page<Item> | undefined>;
}

/** The items of a list, as far as they could be read. */
export interface ReadList<Item> {
  readonly items: readonly Item[];
  /** Why the rest could not be read. Absent if the list is complete. */
  readonly unread?: OciError;
}

/**
 * Reads a list, to its end if possible. A partial list is marked as such: otherwise tags would move back, and signatures
 * would be lost.
 *
 * @throws the error of the first page: then there is no partial list either.
 */
export async function readPages<Item>(list: PagedList<Item>): Promise<ReadList<Item> | undefined> {
  const items = new Set<Item>();
  const asked = new Set<string>();
  let next: URL | undefined = list.first;
  for (let isGuessed = false; next !== undefined;) {
    const isKnown: boolean = asked.has(next.href);
    if (isKnown || asked.size === list.maxPages) return { items: [...items], unread: endless(list, isKnown) };
    const page: Page<Item> | undefined = await readPage(list, next, asked.size === 0);
    if (page === undefined) return undefined;
    asked.add(next.href);
    const before = items.size;
    for (const item of page.items) items.add(item);
    if (page.unread !== undefined) return { items: [...items], unread: page.unread };
    if (isGuessed && items.size === before) break;
    next = page.next;
    isGuessed = page.isNextGuessed === true;
  }
  return { items: [...items] };
}

async function readPage<Item>({ read }: PagedList<Item>, url: URL, isFirst: boolean): Promise<Page<Item> | undefined> {
  try {
    return await read(url, isFirst);
  } catch (error) {
    if (isFirst || !isOciError(error)) throw error;
    return { items: [], unread: error };
  }
}

function endless({ doing, maxPages }: PagedList<unknown>, isLoop: boolean): OciError {
  const how = isLoop ? 'the next page was already read' : `the list does not end after ${maxPages} pages`;
  return new OciError('REGISTRY_FAILED', `Cannot ${doing}: ${how}.`);
}

/** @throws OciError if the list is incomplete. */
export function wholeList<Item>(list: ReadList<Item>): readonly Item[] {
  if (list.unread !== undefined) throw list.unread;
  return list.items;
}
