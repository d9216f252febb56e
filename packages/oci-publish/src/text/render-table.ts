// Marks that `printable` replaces when it knows how wide the screen is: control characters, which no foreign text keeps.
const CELL_END = '\u001f';
const TABLE_START = '\u001e';
const MARKS = new RegExp(`[\n${CELL_END}${TABLE_START}]`, 'g');

export type Row = readonly string[];

/** Rows of cells, which `printable` aligns for the screen. Wherever lines of a text are counted, a row is one line. */
export function renderTable(rows: readonly Row[]): string {
  return `${rows.length === 0 ? '' : TABLE_START}${rows.map((row) => [...row.map((cell) => cell.replace(MARKS, ' ')), ''].join(CELL_END)).join('\n')}`;
}

/** A part of a text: the rows of a table, or a line. */
export type TextPart = { readonly rows: readonly Row[] } | { readonly line: string };

/** Finds the tables of a text again. */
export function findTables(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let rows: Row[] = [];
  for (const line of text.split('\n')) {
    if (!line.endsWith(CELL_END)) parts.push({ line: line.replaceAll(TABLE_START, '').replaceAll(CELL_END, '') });
    else {
      if (line.includes(TABLE_START) || parts.length === 0 || 'line' in (parts.at(-1) ?? {})) {
        rows = [];
        parts.push({ rows });
      }
      rows.push(line.replaceAll(TABLE_START, '').split(CELL_END).slice(0, -1));
    }
  }
  return parts;
}
