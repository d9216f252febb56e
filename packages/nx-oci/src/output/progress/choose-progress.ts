/** How progress is shown: redrawn in place, now and then as a line, or not at all. */
export type ProgressMode = 'live' | 'lines' | 'none';

export interface ProgressClues {
  /** Whether our own output is a terminal. Nx gives one to a task that it runs by itself, never to a batch. */
  readonly isTerminal: boolean;
  /** Whether anybody sees what is printed while it is. */
  readonly isShown: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Redraws only in a terminal of our own: there nothing else of Nx writes (its own interface shows a task in a pane, which is
 * a terminal to the task). A batch has none, and Nx may draw below what it prints; it gets lines, which nothing can garble.
 */
export function chooseProgress({ isTerminal, isShown, env }: ProgressClues): ProgressMode {
  if (!isShown) return 'none';
  const isCi = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
  return isTerminal && !isCi && env['TERM'] !== 'dumb' ? 'live' : 'lines';
}
