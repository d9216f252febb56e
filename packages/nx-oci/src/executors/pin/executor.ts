import { type ExecutorContext } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import {
  describeError,
  hintsFolder,
  loadRegistries,
  openConnection,
  type PinPlan,
  planPins,
  print,
  printLines,
  readGitFacts,
  RegistryMemory,
  renderDifference,
  renderPins,
  writePins,
} from '@nx-oci/publish';

import { restoreTexts } from '../restore-texts';
import { findTargets, imagesOf } from './find-images';
import { type NormalizedPinOptions, normalizeOptions, type PinOptions } from './normalize-options';

/** `nx-oci:pin`: writes the digests of published images into the files that run them. */
export default async function pinExecutor(written: PinOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const options = normalizeOptions(restoreTexts(written, context.taskGraph), process.env);
    const { mode } = options;
    const plan = await planWorkspace(options, context);
    if (mode === 'write') await writePins(plan);
    const difference = mode === 'write' ? '' : renderDifference(plan);
    if (difference !== '') printLines(difference);
    print(renderPins(plan, mode));
    return { success: mode !== 'check' || plan.files.every(({ edits }) => edits.length === 0) };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}

async function planWorkspace(options: NormalizedPinOptions, nx: ExecutorContext): Promise<PinPlan> {
  const { root: workspaceRoot } = nx;
  const { env } = process;
  const registries = await loadRegistries(workspaceRoot, env);
  const { targets, problems } = findTargets(nx, registries, options.registries);
  if (problems.length > 0)
    throw new OciError('OPTIONS_INVALID', ['Cannot pin the images:', ...problems.map((text) => `  ${text}`)].join('\n'));
  if (targets.length === 0) {
    throw new OciError('OPTIONS_INVALID', 'Cannot pin the images: no project of this workspace has a publish target.', {
      hint: 'Give a project one with `nx g nx-oci:image`.',
    });
  }
  const entries = targets.flatMap(({ task }) => task.registries);
  const defaultBranch = nx.nxJsonConfiguration.defaultBase?.replace(/^origin\//, '');
  const git = await readGitFacts({ folder: workspaceRoot, env, ...(defaultBranch !== undefined && { defaultBranch }) });
  const memory = await RegistryMemory.open(
    entries.map(({ host }) => host),
    { folder: hintsFolder(workspaceRoot, env) },
  );
  const connection = await openConnection({ entries, env, memory });
  try {
    const images = imagesOf(targets, { nx, connection, git, nowMs: Date.now() });
    const { files, tag, isForced } = options;
    return await planPins({ workspaceRoot, files, images, tag, isForced });
  } finally {
    await connection.close();
  }
}
