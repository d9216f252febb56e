import { type PostTasksExecution, type PreTasksExecution } from '@nx/devkit';
import { describeError, endRun, makeRunId, openRunFolder, removeStaleRuns, RUN_ID_VARIABLE, runsFolder } from '@nx-oci/publish';

import { printAtEnd } from './output/print-at-end';
import { describeUnfinished } from './describe-unfinished';
import { readNxClient } from './nx-client';

/** Sets the id of the run before its first task starts, in the environment that all its processes inherit. */
export const preTasksExecution: PreTasksExecution = async (_options, { workspaceRoot }) => {
  process.env[RUN_ID_VARIABLE] = makeRunId();
  await removeStaleRuns(runsFolder(workspaceRoot, process.env), Date.now());
};

/**
 * Prints what Nx hid during the run and what the run left incomplete, writes the files of the whole run, and removes its folder:
 * every process of the run has ended.
 */
export const postTasksExecution: PostTasksExecution = async (_options, { workspaceRoot, taskResults }) => {
  const run = openRunFolder(workspaceRoot, process.env, process.pid);
  const nxPid = await readNxClient(run.folder);
  const log = await run.readLog();
  if (log !== '') await printAtEnd(log, nxPid);
  const unfinished = await run.records().then((records) => describeUnfinished(records, taskResults), describeError);
  if (unfinished !== undefined) await printAtEnd(unfinished, nxPid);
  // The publish succeeded, even if its outputs cannot be written.
  await endRun(workspaceRoot, run.folder).catch((error: unknown) => printAtEnd(describeError(error), nxPid));
  await run.remove();
};
