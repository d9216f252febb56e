import path from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import {
  describeError,
  hintsFolder,
  type Interruption,
  loadRegistries,
  openConnection,
  print,
  readCiFacts,
  readEventFile,
  readGitFacts,
  reasonToSkip,
  rebaseImages,
  redactData,
  RegistryMemory,
  renderRebase,
  replaceFile,
  reportRebase,
  usableEntries,
  type RebaseReport,
} from '@nx-oci/publish';

import { nameUnbuilt } from '../../affected/name-unbuilt';
import { findPublishTargets } from '../../nx-run/publish-targets';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { interruptible } from '../interruptible';
import { restoreTexts } from '../restore-texts';
import { normalizeOptions, type NormalizedRebaseOptions, type RebaseOptions } from './normalize-options';
import { createRebaseTester } from './test-rebased';

/** `nx-oci:rebase`: puts the published images of the workspace that are made from files on the newest version of their bases. */
export default function rebaseExecutor(written: RebaseOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return interruptible((interruption) => rebaseAndReport(written, context, interruption));
}

async function rebaseAndReport(
  written: RebaseOptions,
  context: ExecutorContext,
  interruption: Interruption,
): Promise<{ success: boolean }> {
  try {
    const { env } = process;
    const options = normalizeOptions(restoreTexts(written, context.taskGraph), env);
    const forkReason = reasonToSkip(readCiFacts(env, await readEventFile(env)));
    if (forkReason !== undefined) {
      print(`Skipped: ${forkReason}.`);
      return { success: true };
    }
    const report = await rebase(options, context, interruption);
    print(renderRebase(report, options.isDryRun));
    if (!options.isDryRun)
      await replaceFile(path.resolve(context.root, options.outputFile), `${JSON.stringify(redactData(report), undefined, 2)}\n`);
    return { success: report.left.every(({ kind }) => kind !== 'unknown') };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}

async function rebase(
  { isDryRun }: NormalizedRebaseOptions,
  { root: workspaceRoot, projectsConfigurations: configurations, nxJsonConfiguration: nxJson }: ExecutorContext,
  { signal, passPointOfNoReturn }: Interruption,
): Promise<RebaseReport> {
  const { env } = process;
  const { projects } = configurations;
  const registries = await loadRegistries(workspaceRoot, env);
  const defaultBranch = nxJson.defaultBase?.replace(/^origin\//, '');
  const entries = usableEntries(registries);
  const hosts = entries.map(({ host }) => host);
  const memory = await RegistryMemory.open(hosts, { folder: hintsFolder(workspaceRoot, env) });
  const connection = await openConnection({ entries, env, signal, memory, onWait: print });
  const tester = createRebaseTester({ workspaceRoot, env, projects, signal, print });
  try {
    const git = await readGitFacts({ folder: workspaceRoot, env, ...(defaultBranch !== undefined && { defaultBranch }) });
    const patterns = releasePatternsOf(configurations, nxJson);
    const naming = { workspaceRoot, env, git, registries, connection, releasePatternsOf: patterns, nowMs: Date.now() };
    // Nothing of the working tree becomes part of the images.
    const named = await Promise.all(findPublishTargets(projects).map((target) => nameUnbuilt(target, () => [], naming)));
    const { client } = connection;
    const shared = { workspaceRoot, client, memory, registries, isDryRun, print, signal, passPointOfNoReturn };
    return reportRebase(await rebaseImages(named, { ...shared, test: (image) => tester.test(image) }));
  } finally {
    await tester.close();
    await connection.close();
  }
}
