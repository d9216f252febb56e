import { type ExecutorContext } from '@nx/devkit';
import {
  copyImages,
  type CopyOptions,
  copyReportFile,
  describeError,
  hintsFolder,
  type Interruption,
  loadRegistries,
  normalizeOptions,
  openConnection,
  print,
  RegistryMemory,
  renderWarnings,
  type TransferWatcher,
  writeCopyReport,
} from '@nx-oci/publish';

import { COPY_EXECUTOR } from '../../nx/executor-names';
import { findSiblings } from '../../nx-run/graph/find-siblings';
import { readNxProcess } from '../../nx-run/output/nx-process';
import { interruptible } from '../interruptible';
import { findOutputMode, openProgress } from '../open-output';
import { restoreTexts } from '../restore-texts';
import { taskIdOf } from '../task-id';

/** `nx-oci:copy`: images from registry to registry, or new tags within one. */
export default function copyExecutor(written: CopyOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return interruptible((interruption) => copyAndReport(written, context, interruption));
}

async function copyAndReport(written: CopyOptions, context: ExecutorContext, interruption: Interruption): Promise<{ success: boolean }> {
  const { projectName = '', targetName = '', root } = context;
  const options = restoreTexts(written, context.taskGraph);
  const { progress, watcher } = progressOf(context);
  const show = progress.around(print);
  const isDryRun = options.dryRun ?? process.env['NX_DRY_RUN'] === 'true';
  const file = copyReportFile(root, projectName, targetName);
  try {
    const report = await copy(options, { project: projectName, workspaceRoot: root, interruption, print: show, watcher });
    if (report !== undefined) await writeCopyReport(file, report);
    return { success: report === undefined || report.failures.length === 0 };
  } catch (error) {
    const reason = describeError(error);
    show(reason);
    if (!isDryRun) await writeCopyReport(file, { schemaVersion: 1, outcome: 'failed', reason });
    return { success: false };
  } finally {
    progress.stop();
  }
}

function progressOf(context: ExecutorContext): ReturnType<typeof openProgress> {
  const { taskGraph, projectsConfigurations } = context;
  const nxProcess = readNxProcess(process.ppid);
  const taskCount = taskGraph === undefined ? 1 : findSiblings(taskGraph, projectsConfigurations, COPY_EXECUTOR).length;
  return openProgress(findOutputMode({ nxProcess, isBatch: false, own: [taskIdOf(context)], taskCount, taskGraph }), nxProcess);
}

interface CopyTask {
  readonly project: string;
  readonly workspaceRoot: string;
  readonly interruption: Interruption;
  readonly print: (text: string) => void;
  readonly watcher: TransferWatcher | undefined;
}

async function copy(options: CopyOptions, { project, workspaceRoot, interruption, print, watcher }: CopyTask) {
  const { signal, passPointOfNoReturn } = interruption;
  const { env } = process;
  const registries = await loadRegistries(workspaceRoot, env);
  const request = normalizeOptions(options, { project, registries, env });
  const hosts = request.jobs.flatMap(({ source, targets }) => [source, ...targets].map(({ registry }) => registry));
  const memory = await RegistryMemory.open(hosts, { folder: hintsFolder(workspaceRoot, env) });
  const connection = await openConnection({ entries: request.entries, env, signal, memory, onWait: print });
  const { client } = connection;
  try {
    return await copyImages(request, { client, memory, print, watcher, now: Date.now, signal, passPointOfNoReturn });
  } finally {
    if (client.warnings().length > 0) print(renderWarnings(client.warnings()));
    await connection.close();
  }
}
