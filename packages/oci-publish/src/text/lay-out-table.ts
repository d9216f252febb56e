import { type Row } from './render-table';
import { styledWidth, withoutStyles, wrapStyled } from './styled-text';

const GAP = '  ';
/** The last column may become this narrow before the first one gets lines of its own. */
const MIN_LAST_COLUMN = 26;
const MIN_COLUMN = 9;

/**
 * Rows of cells as lines of at most `columns`: aligned if they fit; else with a last column of several lines; else with the first
 * cell of each row on a line of its own, above the others. Nothing is cut off.
 */
export function layOutTable(rows: readonly Row[], columns = Infinity): readonly string[] {
  const widths = widthsOf(rows);
  const others = sum(widths.slice(0, -1)) + GAP.length * (widths.length - 1);
  if (others + (widths.at(-1) ?? 0) <= columns) return rows.flatMap((row) => renderRow(row, widths));
  if (widths.length > 1 && columns - others >= MIN_LAST_COLUMN)
    return rows.flatMap((row) => renderRow(row, [...widths.slice(0, -1), columns - others]));
  return stack(rows, columns);
}

function stack(rows: readonly Row[], columns: number): readonly string[] {
  const start = /^ */.exec(rows.map(([first = '']) => first).find((first) => first !== '') ?? '')?.[0] ?? '';
  const indent = `${start}${GAP}`;
  const room = columns - indent.length;
  const below = rows.map(([, ...rest]) => rest);
  const widths = shrink(below, room);
  return rows.flatMap(([first = '', ...rest]) => {
    const head = first === '' ? [] : wrapIndented(first.slice(start.length), start, columns);
    const cells =
      widths === undefined ? rest.filter((cell) => cell !== '').flatMap((cell) => wrapStyled(cell, room)) : renderRow(rest, widths);
    return [...head, ...cells.filter((line) => line !== '').map((line) => `${indent}${line}`)];
  });
}

/** Lines of a text, each after an indentation; the later ones are indented further. */
export function wrapIndented(text: string, indent: string, columns: number): readonly string[] {
  const width = columns - indent.length;
  return wrapStyled(text, width, width - GAP.length).map((line, index) => `${indent}${index === 0 ? '' : GAP}${line}`);
}

/** Makes the widest columns narrower until a row fits, within words only if it must be; `undefined` if the columns are too many. */
function shrink(rows: readonly Row[], room: number): readonly number[] | undefined {
  const widths = widthsOf(rows);
  const words = widthsOf(rows.map((row) => row.map((cell) => cell.split(' ').reduce(longer, ''))));
  const available = room - GAP.length * (widths.length - 1);
  const limits = Array.from({ length: Math.max(0, ...widths) }, (_, index) => index + 1).reverse();
  for (const atLeast of [words, words.map((width) => Math.min(width, MIN_COLUMN))]) {
    for (const limit of limits) {
      const narrowed = widths.map((width, column) => Math.min(width, Math.max(limit, atLeast[column] ?? 0)));
      if (sum(narrowed) <= available) return narrowed;
    }
  }
  return undefined;
}

function longer(one: string, other: string): string {
  return styledWidth(other) > styledWidth(one) ? other : one;
}

/** A row of cells, in as many lines as its longest one needs. */
function renderRow(row: Row, widths: readonly number[]): readonly string[] {
  const cells = row.map((cell, column) => wrapStyled(cell, widths[column] ?? 0));
  return Array.from({ length: Math.max(1, ...cells.map(({ length }) => length)) }, (_, line) =>
    joinCells(
      cells.map((lines) => lines[line] ?? ''),
      widths,
    ),
  );
}

function joinCells(cells: Row, widths: readonly number[]): string {
  const count = cells.findLastIndex((cell) => withoutStyles(cell).trim() !== '') + 1;
  return cells
    .slice(0, count)
    .map((cell, column) => (column + 1 === count ? cell.trimEnd() : pad(cell, widths[column] ?? 0)))
    .join(GAP);
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - styledWidth(cell)));
}

function widthsOf(rows: readonly Row[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) => Math.max(0, ...rows.map((row) => styledWidth(row[column] ?? ''))));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
