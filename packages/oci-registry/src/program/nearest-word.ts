/** The known word that a mistyped one is closest to; `undefined` where none is close. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, edits: countEdits(typed, word) })).sort((one, other) => one.edits - other.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(1, Math.floor(best.word.length / 2)) ? best.word : undefined;
}

/** Letters to add, remove or replace to make one word of the other (Levenshtein's distance). */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, wanted] of Array.from(to).entries()) {
      const replace = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replace, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
