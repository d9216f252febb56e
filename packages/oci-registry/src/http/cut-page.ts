/** One page of a sorted list. */
export interface Page {
  readonly items: readonly string[];
  /** The `Link` header to the next page; none on the last. */
  readonly nextLink: Readonly<Record<string, string>>;
}

/**
 * The page that `n` and `last` request; `invalid` if `n` is not a whole number.
 *
 * @param sorted in byte order, which the specification calls "ASCIIbetical".
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function cutPage(sorted: readonly string[], query: URLSearchParams, path: string): Page | 'invalid' {
  const { n, last: after } = readPageQuery(query);
  if (n === 'invalid') return n;
  const start = after === '' ? 0 : positionOf(sorted, `${after}\0`);
  const items = sorted.slice(start, n === undefined ? undefined : start + n);
  const last = items.at(-1);
  const next = new URLSearchParams({ n: query.get('n') ?? '', last: last ?? '' });
  // With n=0 there is no last item to continue from, and the specification forbids the header.
  const hasMore = last !== undefined && start + items.length < sorted.length;
  return { items, nextLink: hasMore ? { link: `<${path}?${next.toString()}>; rel="next"` } : {} };
}

/** The requested page: `n` items (all if `undefined`) after `last`. */
export function readPageQuery(query: URLSearchParams): { readonly n: number | undefined | 'invalid'; readonly last: string } {
  const asked = query.get('n');
  const n = asked === null ? undefined : /^\d{1,9}$/.test(asked) ? Number(asked) : 'invalid';
  return { n, last: query.get('last') ?? '' };
}

/** The position of the first item that is not less than `item`, which need not exist. */
export function positionOf(sorted: readonly string[], item: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') >= item) high = middle;
    else low = middle + 1;
  }
  return low;
}
