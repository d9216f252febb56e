import { type ProgressScreen } from '@nx-oci/publish';

import { type OutputMode } from './output-mode';
import { type TerminalSize } from './nx-process';

// For a terminal of unknown size.
const USUAL: TerminalSize = { columns: 80, rows: 24 };
// Of the rows of a pane some may be taken by a second one.
const MAX_PANE_ROWS = 14;

/**
 * Where progress is drawn, and how much room there is.
 *
 * @param stdout of this process; where it is no terminal it knows no size.
 * @param terminal that of the Nx process, which what a batch prints goes through to.
 */
export function screenFor(mode: OutputMode, stdout: NodeJS.WriteStream, terminal: TerminalSize | undefined): ProgressScreen {
  if (stdout.isTTY) return stdout;
  const size = mode === 'pane' ? paneIn(terminal ?? USUAL) : terminal;
  return { ...size, write: (text) => stdout.write(text) };
}

/**
 * What of a pane of Nx's terminal interface can be written on, in a terminal of this size. Nx 22 to 24 do not expose it; they give
 * it 65 % of the width, less frame and margins, and in narrow terminals all of it.
 */
export function paneIn({ columns, rows }: TerminalSize): TerminalSize {
  return { columns: Math.floor(columns * 0.65) - 6, rows: Math.min(MAX_PANE_ROWS, rows - 10) };
}
