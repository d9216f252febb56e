/** How a task process was started, as far as it decides whether Nx shows what it prints. */
export interface ShownClues {
  readonly isBatch: boolean;
  /** Whether the task has a terminal of its own, as where Nx itself runs in one. */
  readonly isTerminal: boolean;
  /** Publish tasks in the whole run. */
  readonly taskCount: number;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Whether people see what a publish prints while it runs.
 *
 * Nx 23.3 and newer drop the output of successful tasks of `run-many` and `affected` where there is no terminal. What a
 * batch prints by itself they pass on, but not in GitHub Actions, where it is held back to be grouped.
 */
export function isShown({ isBatch, isTerminal, taskCount, env }: ShownClues): boolean {
  return isBatch ? env['GITHUB_ACTIONS'] !== 'true' : isTerminal || taskCount === 1;
}
