import { type TaskGraph } from '@nx/devkit';
import { printLinesOn, printOn, ProgressDisplay, RUN_ID_VARIABLE, type RunFolder, type TransferWatcher } from '@nx-oci/publish';

import { chooseOutputMode, isKept, isSeen, type OutputMode } from '../nx-run/output/output-mode';
import { type NxProcess } from '../nx-run/output/nx-process';
import { screenFor, textScreen } from '../nx-run/output/progress-screen';
import { chooseProgress } from '../nx-run/choose-progress';
import { findPart } from '../nx-run/graph/find-part';
import { saveNxClient } from '../nx-run/nx-client';

export interface OutputClues {
  /** The Nx process of the run; `undefined` if the system does not show it. */
  readonly nxProcess: NxProcess | undefined;
  readonly isBatch: boolean;
  /** Ids of the tasks of this process. */
  readonly own: readonly string[];
  /** Tasks of the same executor in the whole run. */
  readonly taskCount: number;
  /** Of the whole run. */
  readonly taskGraph: TaskGraph | undefined;
}

/** How a task process shows its progress. */
export interface TaskOutput {
  /** Prints text that the user should read, now or at the end of the run. */
  readonly show: (text: string) => void;
  /** Prints text that only matters during the run. */
  readonly mention: (text: string) => void;
  /** Prints what we wait for: at once if possible, and always into the output that Nx stores for a task. */
  readonly waited: (line: string) => void;
  /** Prints the output of an engine while it works. */
  readonly heard: (line: string) => void;
  /** Receives the events of all transfers; absent if nothing is shown. */
  readonly watcher: TransferWatcher | undefined;
  /** Settles when the Nx process of the run is recorded, so that text at the end of the run can be printed there. */
  readonly noted: Promise<void>;
  /** Removes the progress; printed text stays. */
  readonly stop: () => void;
}

/** Whether the plugin is in nx.json, so that its hook prints the end of a run. */
export function hasHooks(env: NodeJS.ProcessEnv): boolean {
  return env[RUN_ID_VARIABLE] !== undefined;
}

/**
 * Text that Nx would hide, or remove with its own screen, is printed at the end of the run, by the plugin's hook if there is one.
 */
export function openOutput(run: RunFolder<unknown>, clues: OutputClues): TaskOutput {
  const { env } = process;
  const { nxProcess: nx } = clues;
  const noted = hasHooks(env) ? saveNxClient(run.folder, nx?.pid) : Promise.resolve();
  // Its failure is reported where it is awaited, a moment later.
  noted.catch(() => undefined);
  const mode = findOutputMode(clues);
  const isShownLater = !isKept(mode) && hasHooks(env);
  const { progress, watcher } = openProgress(mode, nx);
  const screen = textScreen(mode, nx?.terminal, process);
  const print = printOn(screen);
  const show = (text: string): void => {
    if (isSeen(mode) || !isShownLater) print(text);
    if (isShownLater) run.log(text);
  };
  const ignore = (): void => undefined;
  return {
    show: progress.around(show),
    mention: progress.around(isSeen(mode) ? print : mode === 'list' ? ignore : show),
    // Below Nx's list it garbles a line every few seconds, but not knowing why nothing happens is worse.
    waited: progress.around(print),
    heard: progress.around(mode === 'list' ? ignore : printLinesOn(screen)),
    watcher,
    noted,
    stop: () => progress.stop(),
  };
}

/** The progress of transfers, as this process can show it; without a watcher if nothing is shown. */
export function openProgress(
  mode: OutputMode,
  nx: NxProcess | undefined,
): { readonly progress: ProgressDisplay; readonly watcher: TransferWatcher | undefined } {
  const progressMode = chooseProgress(mode, process.env);
  const { hasColor } = textScreen(mode, nx?.terminal, process);
  const screen = screenFor(mode, process.stdout, nx?.terminal);
  const progress = new ProgressDisplay({ mode: progressMode, screen, hasColor, now: Date.now });
  return { progress, watcher: progressMode === 'none' ? undefined : progress.watcher };
}

/** Determines where the output of this process ends up. */
export function findOutputMode({ nxProcess, isBatch, own, taskCount, taskGraph }: OutputClues): OutputMode {
  // Without a task graph, other processes of the run are unknown.
  const part = taskGraph === undefined ? { isLast: false, isAskedFor: false, hasEndless: false } : findPart(taskGraph, own);
  return chooseOutputMode({ isBatch, isTerminal: process.stdout.isTTY, taskCount, env: process.env, nx: nxProcess, part });
}
