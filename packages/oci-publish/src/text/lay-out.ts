import { layOutTable, wrapIndented } from './lay-out-table';
import { findTables } from './render-table';
import { withoutStyles } from './styled-text';

/** In a narrower terminal, lines are as for this one: below it nothing would be readable. */
const MIN_COLUMNS = 40;

// To be copied as one line: a terminal that wraps a line does not break it.
const COMMAND = /^\s*(?:→ )?(?:(?:npx|pnpm exec|yarn|bun) )?(?:nx|docker|curl|oci-registry) \S/;

/**
 * A text of tables (`renderTable`) and sentences, as lines that fit a terminal: tables are aligned, sentences are broken between
 * words. Commands stay whole.
 *
 * @param columns of the terminal; without them lines may have any length.
 */
export function layOut(text: string, columns?: number): string {
  const width = columns === undefined ? undefined : Math.max(MIN_COLUMNS, columns);
  return findTables(text)
    .flatMap((part) => ('rows' in part ? layOutTable(part.rows, width) : layOutLine(part.line, width)))
    .join('\n');
}

function layOutLine(line: string, columns: number | undefined): readonly string[] {
  if (columns === undefined || line.length * 2 <= columns || COMMAND.test(withoutStyles(line))) return [line];
  const indent = /^ */.exec(line)?.[0].slice(0, columns / 4) ?? '';
  return wrapIndented(line.slice(indent.length), indent, columns);
}
