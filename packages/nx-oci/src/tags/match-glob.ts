/**
 * Whether a whole text matches a glob: `*` stands for any characters but `/`, `**` for any at all, `?` for one but `/`.
 *
 * Takes time in proportion to both lengths, whatever a stranger's branch is called.
 */
export function matchesGlob(text: string, glob: string): boolean {
  const tokens = glob.match(/\*\*|[^]/g) ?? [];
  // reached[i]: the tokens so far match the first i characters.
  let reached: readonly boolean[] = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const token of tokens) reached = step(reached, token, text);
  return reached[text.length] === true;
}

function step(reached: readonly boolean[], token: string, text: string): readonly boolean[] {
  const next: boolean[] = [];
  for (let end = 0; end <= text.length; end++) {
    const character = text[end - 1];
    if (token === '**' || token === '*') {
      const mayEat = character !== undefined && (token === '**' || character !== '/');
      next.push(reached[end] === true || (mayEat && next[end - 1] === true));
    } else {
      const fits = character !== undefined && (token === '?' ? character !== '/' : character === token);
      next.push(fits && reached[end - 1] === true);
    }
  }
  return next;
}
