import { type ExecutorContext } from '@nx/devkit';
import {
  copyImages,
  type CopyOptions,
  copyReportFile,
  describeError,
  hintsFolder,
  Interruption,
  loadRegistries,
  normalizeOptions,
  openConnection,
  print,
  RegistryMemory,
  renderWarnings,
  writeCopyReport,
} from '@nx-oci/publish';

import { restoreTexts } from '../restore-texts';

/** `nx-oci:copy`: images from registry to registry, or new tags within one. */
export default async function copyExecutor(written: CopyOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName = '', targetName = '', root } = context;
  const options = restoreTexts(written, context.taskGraph);
  const interruption = new Interruption();
  const { stop } = interruption;
  // Not `once`: with its last listener gone a signal would end the process before uploads are cancelled.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const isDryRun = options.dryRun ?? process.env['NX_DRY_RUN'] === 'true';
  const file = copyReportFile(root, projectName, targetName);
  try {
    const report = await copy(options, { project: projectName, workspaceRoot: root, interruption });
    if (report !== undefined) await writeCopyReport(file, report);
    return { success: report === undefined || report.failures.length === 0 };
  } catch (error) {
    const reason = describeError(error);
    print(reason);
    if (!isDryRun) await writeCopyReport(file, { schemaVersion: 1, outcome: 'failed', reason });
    return { success: false };
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

interface CopyTask {
  readonly project: string;
  readonly workspaceRoot: string;
  readonly interruption: Interruption;
}

async function copy(options: CopyOptions, { project, workspaceRoot, interruption }: CopyTask) {
  const { signal, passPointOfNoReturn } = interruption;
  const { env } = process;
  const registries = await loadRegistries(workspaceRoot, env);
  const request = normalizeOptions(options, { project, registries, env });
  const hosts = request.jobs.flatMap(({ source, targets }) => [source, ...targets].map(({ registry }) => registry));
  const memory = await RegistryMemory.open(hosts, { folder: hintsFolder(workspaceRoot, env) });
  const connection = await openConnection({
    entries: request.entries,
    env,
    signal,
    memory,
    onWait: print,
  });
  const { client } = connection;
  try {
    return await copyImages(request, { client, memory, print, now: Date.now, signal, passPointOfNoReturn });
  } finally {
    if (client.warnings().length > 0) print(renderWarnings(client.warnings()));
    await connection.close();
  }
}
