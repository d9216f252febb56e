import { charactersOf, displayWidth } from './display-width';

/** A character of a styled text, with the styles that are on. */
interface StyledCharacter {
  readonly character: string;
  readonly width: number;
  /** Codes as in `ESC [ 2 m`, in the order in which they were switched on. */
  readonly styles: readonly number[];
}

const STYLE = new RegExp(String.raw`(${'\u001b'}\[[\d;]*m)`, 'g');

/** Removes styles. */
export function withoutStyles(text: string): string {
  return text.replace(STYLE, '');
}

/** The columns that a text takes; styles take none. */
export function styledWidth(text: string): number {
  return displayWidth(withoutStyles(text));
}

/**
 * Breaks a text into lines of at most `width` columns, at spaces; a word that is longer, after a separator within it, or anywhere.
 * Each line ends its styles, and begins with those of the line before.
 *
 * @param width at least 2.
 * @param nextWidth of the lines after the first one.
 */
export function wrapStyled(text: string, width: number, nextWidth = width): readonly string[] {
  if (styledWidth(text) <= width) return [text];
  const lines: string[] = [];
  let rest = readCharacters(text);
  while (rest.length > 0) {
    const [count, skipped] = findBreak(rest, lines.length === 0 ? width : nextWidth);
    lines.push(writeCharacters(rest.slice(0, count)));
    rest = rest.slice(count + skipped);
  }
  return lines;
}

/** How many characters are the first line, and how many spaces after them are left out. */
function findBreak(characters: readonly StyledCharacter[], width: number): readonly [number, number] {
  let used = 0;
  const fitting = characters.findIndex((one) => (used += one.width) > width);
  if (fitting === -1) return [characters.length, 0];
  const isSpace = (index: number): boolean => characters[index]?.character === ' ';
  for (let end = fitting; end > 0; end--) {
    if (!isSpace(end)) continue;
    let last = end;
    while (last > 0 && isSpace(last - 1)) last--;
    let next = end;
    while (isSpace(next)) next++;
    if (last > 0) return [last, next - last];
  }
  // The second half of a line: a separator further left would waste most of it.
  for (let end = fitting; end > fitting / 2; end--) if (/[/,:@=+_-]/.test(characters[end - 1]?.character ?? '')) return [end, 0];
  return [Math.max(1, fitting), 0];
}

function readCharacters(text: string): readonly StyledCharacter[] {
  let styles: readonly number[] = [];
  return text.split(STYLE).flatMap((part, index) => {
    if (index % 2 === 0) return charactersOf(part).map((character) => ({ character, width: displayWidth(character), styles }));
    for (const code of part.slice(2, -1).split(';')) styles = switchStyle(styles, Number(code));
    return [];
  });
}

const isColor = (code: number): boolean => (code >= 30 && code < 39) || (code >= 90 && code < 98);

function switchStyle(styles: readonly number[], code: number): readonly number[] {
  if (code === 0) return [];
  if (code === 39) return styles.filter((one) => !isColor(one));
  if (code === 22) return styles.filter((one) => one !== 1 && one !== 2);
  if (code > 22 && code < 30) return styles.filter((one) => one !== code - 20);
  return [...styles, code];
}

function writeCharacters(characters: readonly StyledCharacter[]): string {
  let on: readonly number[] = [];
  const written = characters.map(({ character, styles }) => {
    const change = styles === on || String(styles) === String(on) ? '' : `${end(on)}${styles.map((code) => `\u001b[${code}m`).join('')}`;
    on = styles;
    return change + character;
  });
  return `${written.join('')}${end(on)}`;
}

function end(on: readonly number[]): string {
  return on.length === 0 ? '' : '\u001b[0m';
}
