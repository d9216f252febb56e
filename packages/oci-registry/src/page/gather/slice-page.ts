/** One page of a list. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly page: number;
  readonly pageCount: number;
  /** Position of the first item, from 0. */
  readonly start: number;
  readonly total: number;
}

/** A page that is too far is the last one: tags may have been deleted since its link was made. */
export function slicePage<Item>(all: readonly Item[], wanted: number, perPage: number): Slice<Item> {
  const pageCount = Math.max(1, Math.ceil(all.length / perPage));
  const page = Math.min(wanted, pageCount);
  const start = (page - 1) * perPage;
  return { items: all.slice(start, start + perPage), page, pageCount, start, total: all.length };
}
