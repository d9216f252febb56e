import { type ExecutorContext } from '@nx/devkit';
import { hasWarnings, openRunFolder, printLinesOn, printOn } from '@nx-oci/publish';

import { readNxProcess } from '../nx-run/output/nx-process';
import { chooseProgress } from '../nx-run/choose-progress';
import { saveNxClient } from '../nx-run/nx-client';
import { textScreen } from '../nx-run/output/progress-screen';
import { findOutputMode, hasHooks } from './open-output';

/** How a batch of builds shows its progress. */
export interface BuildOutput {
  /** Prints a built image. Nx 24 only caches the output of a batch that returns at its end, and does not show it. */
  readonly built: (text: string) => void;
  /** Prints why an image was not built. */
  readonly failed: (text: string) => void;
  /** Shows a line of a builder while it works; absent if output is shown only when the builder fails. */
  readonly heard: ((line: string) => void) | undefined;
  /** Shows how far an image is, every ten seconds; absent if that cannot be seen or is not wanted. */
  readonly progress: ((line: string) => void) | undefined;
}

/** If Nx draws a list of tasks, its tick shows a built image; failures and warnings are printed at the end of the run. */
export async function openBuildOutput({ root, taskGraph }: ExecutorContext, own: readonly string[]): Promise<BuildOutput> {
  const nxProcess = readNxProcess(process.ppid);
  const mode = findOutputMode({ nxProcess, isBatch: true, own, taskCount: own.length, taskGraph });
  const screen = textScreen(mode, nxProcess?.terminal, process);
  const print = printOn(screen);
  if (mode !== 'list') {
    const heard = printLinesOn(screen);
    return { built: print, failed: print, heard, progress: chooseProgress(mode, process.env) === 'none' ? undefined : heard };
  }
  // The tick cannot show a warning.
  const warned = (tell: (text: string) => void) => (text: string) => {
    if (hasWarnings(text)) tell(text);
  };
  const unseen = { heard: undefined, progress: undefined };
  if (!hasHooks(process.env)) return { built: warned(print), failed: print, ...unseen };
  const run = openRunFolder(root, process.env, nxProcess?.pid ?? process.ppid);
  await saveNxClient(run.folder, nxProcess?.pid);
  const tell = (text: string) => run.log(text);
  return { built: warned(tell), failed: tell, ...unseen };
}
