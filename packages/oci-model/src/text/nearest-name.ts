/**
 * The candidate that `word` is probably a misspelling of: at most a third of the letters are wrong, and at most
 * `mostMistakes` of them. `undefined` if there is none.
 *
 * Case does not count; a swap of two neighbours counts as one mistake.
 */
export function nearestName(
  word: string,
  candidates: Iterable<string>,
  { mostMistakes = Infinity }: { readonly mostMistakes?: number } = {},
): string | undefined {
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const third = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const allowed = Math.min(third, mostMistakes);
    // Each extra letter is a mistake: a word of a million letters need not be compared with one of ten.
    if (Math.abs(word.length - candidate.length) > allowed) continue;
    const mistakes = countMistakes(word.toLowerCase(), candidate.toLowerCase());
    if (mistakes <= allowed && mistakes < fewest) {
      nearest = candidate;
      fewest = mistakes;
    }
  }
  return nearest;
}

/** Optimal string alignment distance (Damerau 1964, each letter edited once): insertions, deletions, replacements, swaps. */
function countMistakes(word: string, candidate: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: candidate.length + 1 }, (_, column) => column);
  for (let row = 1; row <= word.length; row++) {
    const current = [row];
    for (let column = 1; column <= candidate.length; column++) {
      const same = word[row - 1] === candidate[column - 1];
      const swapped = row > 1 && column > 1 && word[row - 1] === candidate[column - 2] && word[row - 2] === candidate[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, candidate.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
