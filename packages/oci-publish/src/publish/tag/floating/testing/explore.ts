import { type Choose } from './interleave';

/**
 * Runs every possible sequence of choices once, at most `limit`.
 *
 * @returns how many were run, and whether these were all.
 */
export async function explore(
  play: (choose: Choose) => Promise<void>,
  limit: number,
): Promise<{ readonly cases: number; readonly isExhaustive: boolean }> {
  let path: readonly number[] = [];
  for (let cases = 1; ; cases++) {
    const taken: { readonly index: number; readonly options: number }[] = [];
    const prefix = path;
    await play((options) => {
      const index = prefix[taken.length] ?? 0;
      taken.push({ index, options });
      return index;
    });
    const last = taken.findLastIndex(({ index, options }) => index + 1 < options);
    if (last < 0) return { cases, isExhaustive: true };
    if (cases >= limit) return { cases, isExhaustive: false };
    path = taken.slice(0, last + 1).map(({ index }, at) => (at === last ? index + 1 : index));
  }
}
