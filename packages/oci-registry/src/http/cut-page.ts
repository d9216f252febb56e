/** One page of a sorted list. */
export interface Page {
  readonly items: readonly string[];
  /** The `Link` header to the next page; none on the last. */
  readonly nextLink: Readonly<Record<string, string>>;
}

/**
 * Cuts the page that `n` and `last` ask for; `invalid` where `n` is not a whole number.
 *
 * @param sorted in the order of the bytes, which the specification calls "ASCIIbetical".
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function cutPage(sorted: readonly string[], query: URLSearchParams, path: string): Page | 'invalid' {
  const asked = query.get('n');
  if (asked !== null && !/^\d{1,9}$/.test(asked)) return 'invalid';
  const after = query.get('last') ?? '';
  const start = after === '' ? 0 : positionAfter(sorted, after);
  const items = sorted.slice(start, asked === null ? undefined : start + Number(asked));
  const last = items.at(-1);
  const next = new URLSearchParams({ n: asked ?? '', last: last ?? '' });
  // With n=0 there is no last one to go on from, and the specification forbids the header.
  const hasMore = last !== undefined && start + items.length < sorted.length;
  return { items, nextLink: hasMore ? { link: `<${path}?${next.toString()}>; rel="next"` } : {} };
}

/** Of the first item that comes after another one. */
function positionAfter(sorted: readonly string[], item: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') > item) high = middle;
    else low = middle + 1;
  }
  return low;
}
