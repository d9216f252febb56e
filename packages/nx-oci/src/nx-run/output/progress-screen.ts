import { type ProgressScreen, type Screen, screenOf, wantsColor } from '@nx-oci/publish';

import { type OutputMode } from './output-mode';
import { type TerminalSize } from './nx-process';

// For a terminal of unknown size.
const USUAL: TerminalSize = { columns: 80, rows: 24 };
// A second pane may take some of the rows.
const MAX_PANE_ROWS = 14;

/**
 * Where progress is drawn, and its size.
 *
 * @param stdout of this process; has no size if it is not a terminal.
 * @param terminal that of the Nx process, which shows the output of a batch.
 */
export function screenFor(mode: OutputMode, stdout: NodeJS.WriteStream, terminal: TerminalSize | undefined): ProgressScreen {
  if (stdout.isTTY) return stdout;
  const size = mode === 'pane' ? paneIn(terminal ?? USUAL) : terminal;
  return { ...size, write: (text) => stdout.write(text) };
}

/** What the output of this process is laid out for: with the width of the terminal where it ends up, if that is known. */
export function textScreen(
  mode: OutputMode,
  terminal: TerminalSize | undefined,
  { stdout, env }: Pick<NodeJS.Process, 'stdout' | 'env'>,
): Screen {
  if (stdout.isTTY) return screenOf(stdout, env);
  const { columns } = screenFor(mode, stdout, terminal);
  return { hasColor: wantsColor(env, mode === 'pane' || terminal !== undefined), ...(columns !== undefined && { columns }) };
}

/**
 * The usable size of a pane of Nx's terminal interface in a terminal of this size. Nx 22 to 24 do not expose it; a pane has 65 %
 * of the width, minus frame and margins, and in narrow terminals all of it.
 */
export function paneIn({ columns, rows }: TerminalSize): TerminalSize {
  return { columns: Math.floor(columns * 0.65) - 6, rows: Math.min(MAX_PANE_ROWS, rows - 10) };
}
