import { type RunPart } from '../graph/find-part';
import { addsLines, drawsTaskList, isRunOfMany, outputStyleOf } from './draws-task-list';
import { type NxProcess } from './nx-process';

/**
 * Where the output of a task process ends up while it runs:
 *
 * - `screen`: in a terminal where nothing else writes. It can be redrawn, and printed text stays.
 * - `pane`: in a pane of Nx's terminal interface, a small terminal that disappears with the run.
 * - `lines`: where others may write, too, or this is unknown: only lines can be added.
 * - `list`: under the list that Nx draws over it. Any output garbles both.
 * - `hidden`: nowhere, or only at the end.
 */
export type OutputMode = 'screen' | 'pane' | 'lines' | 'list' | 'hidden';

/** How a task process was started, which determines where its output ends up. */
export interface OutputModeClues {
  readonly isBatch: boolean;
  /** Whether the task has its own terminal, as when Nx itself runs in one. Never in a batch, whose output is a pipe. */
  readonly isTerminal: boolean;
  /** Publish tasks in the whole run. */
  readonly taskCount: number;
  readonly env: NodeJS.ProcessEnv;
  /** `undefined` if the system does not show other processes. */
  readonly nx: NxProcess | undefined;
  readonly part: RunPart;
}

/** Where a task process prints to. Observed in Nx 22, 23 and 24; each case has its reason. */
export function chooseOutputMode(clues: OutputModeClues): OutputMode {
  return clues.isBatch ? modeOfBatch(clues) : modeOfTask(clues);
}

/** Nx passes on the output of a batch at once, except in GitHub Actions, where it groups it at the end. */
function modeOfBatch({ env, nx, part }: OutputModeClues): OutputMode {
  if (env['GITHUB_ACTIONS'] === 'true') return 'hidden';
  // Nx sets this for batches; for single tasks it removes it.
  if (env['NX_TUI'] === 'true') return 'pane';
  if (nx?.terminal === undefined) return 'lines';
  // The output goes to a file, which is shown on failure.
  if (outputStyleOf(nx.argv, env) === 'summary') return 'hidden';
  if (!drawsTaskList({ argv: nx.argv, env, hasEndless: part.hasEndless })) return part.isLast ? 'screen' : 'lines';
  // With `nx run` the list disappears when the requested task begins.
  if (isRunOfMany(nx.argv) || !part.isAskedFor) return 'list';
  return part.isLast ? 'screen' : 'lines';
}

/** Nx 23.3 and newer drop the output of successful tasks of `run-many` and `affected` if there is no terminal. */
function modeOfTask({ isTerminal, taskCount, env, nx }: OutputModeClues): OutputMode {
  if (!isTerminal) return taskCount === 1 ? 'lines' : 'hidden';
  // The output of a task in a pane is shown again after a run of one project, and lost after one of many.
  const isInPane = nx !== undefined && isRunOfMany(nx.argv) && !addsLines(nx.argv, env);
  return isInPane ? 'pane' : 'screen';
}

/** Whether output is visible, now or later. */
export function isSeen(mode: OutputMode): boolean {
  return mode !== 'list' && mode !== 'hidden';
}

/** Whether output is still visible when the run has ended. */
export function isKept(mode: OutputMode): boolean {
  return mode === 'screen' || mode === 'lines';
}
