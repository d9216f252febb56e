import { type RunPart } from '../graph/find-part';
import { addsLines, drawsTaskList, isRunOfMany, outputStyleOf } from './draws-task-list';
import { type NxProcess } from './nx-process';

/**
 * Where that ends up which a task process prints while it runs:
 *
 * - `screen`: in a terminal where nothing else writes meanwhile. It can be redrawn, and printed text stays.
 * - `pane`: in a pane of Nx's terminal interface, a small terminal that goes away with the run.
 * - `lines`: where others may write, too, or where this is unknown: lines can be added, nothing else.
 * - `list`: under the list that Nx draws over it. Whatever is printed garbles both.
 * - `hidden`: nowhere, or not before the end.
 */
export type OutputMode = 'screen' | 'pane' | 'lines' | 'list' | 'hidden';

/** How a task process was started, as far as it decides where its output ends up. */
export interface OutputModeClues {
  readonly isBatch: boolean;
  /** Whether the task has a terminal of its own, as where Nx itself runs in one. Never in a batch, whose output is a pipe. */
  readonly isTerminal: boolean;
  /** Publish tasks in the whole run. */
  readonly taskCount: number;
  readonly env: NodeJS.ProcessEnv;
  /** `undefined` if the system does not show other processes. */
  readonly nx: NxProcess | undefined;
  readonly part: RunPart;
}

/** Where a task process prints to. Seen in Nx 22, 23 and 24; the reasons are beside each answer. */
export function chooseOutputMode(clues: OutputModeClues): OutputMode {
  return clues.isBatch ? modeOfBatch(clues) : modeOfTask(clues);
}

/** Nx passes on what a batch prints as it comes, but in GitHub Actions, where it is held back to be grouped. */
function modeOfBatch({ env, nx, part }: OutputModeClues): OutputMode {
  if (env['GITHUB_ACTIONS'] === 'true') return 'hidden';
  // Nx says so to batches; for single tasks it takes that back.
  if (env['NX_TUI'] === 'true') return 'pane';
  if (nx?.terminal === undefined) return 'lines';
  // Goes to a file, which is shown where something fails.
  if (outputStyleOf(nx.argv, env) === 'summary') return 'hidden';
  if (!drawsTaskList({ argv: nx.argv, env, hasEndless: part.hasEndless })) return part.isLast ? 'screen' : 'lines';
  // With `nx run` the list is there only until the task begins that was asked for.
  if (isRunOfMany(nx.argv) || !part.isAskedFor) return 'list';
  return part.isLast ? 'screen' : 'lines';
}

/** Nx 23.3 and newer drop the output of successful tasks of `run-many` and `affected` if there is no terminal. */
function modeOfTask({ isTerminal, taskCount, env, nx }: OutputModeClues): OutputMode {
  if (!isTerminal) return taskCount === 1 ? 'lines' : 'hidden';
  // What a task in a pane has printed is shown again after a run of one project, and lost after one of many.
  const isInPane = nx !== undefined && isRunOfMany(nx.argv) && !addsLines(nx.argv, env);
  return isInPane ? 'pane' : 'screen';
}

/** Whether what is printed now can be seen, now or later. */
export function isSeen(mode: OutputMode): boolean {
  return mode !== 'list' && mode !== 'hidden';
}

/** Whether what is printed now is still there when the run has ended. */
export function isKept(mode: OutputMode): boolean {
  return mode === 'screen' || mode === 'lines';
}
