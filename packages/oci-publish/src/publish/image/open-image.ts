import { type RegistryClient } from '@nx-oci/distribution';
import { isOciError, OciError } from '@nx-oci/model';

import { repositoryOf } from '../../configuration/repository-of';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { imageFolder } from '../../engines/names/image-folder';
import { hasImageRecord, readImageRecord } from '../../engines/image/image-record';
import { type ImageInputs } from '../../engines/inputs/inputs-record';
import { refuseOtherInputs } from '../../engines/inputs/refuse-other-inputs';
import { refuseOutdated } from '../../engines/sources/refuse-outdated';
import { type FileIds } from '../../git/file-ids';
import { type Destination } from '../destination/destination';
import { type BuiltImage, type ImageOpener } from './publishable-image';
import { planUnbuiltImage } from './unbuilt-image';
import { type NormalizedTask } from '../task/normalize-task';
import { openDestination } from './open-destination';

/** A task, its built image and its destinations: everything known without git and without a registry. */
export interface OpenedImage {
  readonly task: NormalizedTask;
  readonly folder: string;
  readonly built: BuiltImage;
  readonly destinations: readonly Destination[];
}

export interface OpenContext extends BuildContext {
  readonly client: RegistryClient;
  readonly memory: RegistryMemory;
}

/** What is needed to open the output of a build, and to compare it with its sources. */
export interface BuildContext {
  readonly workspaceRoot: string;
  readonly openLayout: ImageOpener;
  readonly env: NodeJS.ProcessEnv;
  readonly inputsOf?: InputsOf;
  /** Read at most once for all images. */
  readonly fileIds: () => Promise<FileIds | undefined>;
  /** For the user. */
  readonly mention: (text: string) => void;
}

/** What the tasks behind an image read; `undefined` if this run has built it, so that Nx guarantees it. */
export type InputsOf = (task: Pick<NormalizedTask, 'taskId' | 'project'>) => ImageInputs | undefined;

/**
 * Finds a task's image and its destinations.
 *
 * @throws OciError `WRONG_IMAGE` when its folder, or the image itself, says that it is another project's; `IMAGE_OUTDATED` when
 *   it is not what its sources make now.
 */
export async function openImage(task: NormalizedTask, context: OpenContext): Promise<OpenedImage> {
  const names = task.registries.map((entry) => ({ entry, ...repositoryOf(entry, task.image) }));
  const folder = imageFolder(context.workspaceRoot, task.project);
  const built = await openBuilt(task, folder, context);
  return { task, folder, built, destinations: names.map((name) => openDestination(name, built, context)) };
}

/** A dry run does not need a built image. */
async function openBuilt(task: NormalizedTask, folder: string, context: BuildContext): Promise<BuiltImage> {
  if (task.isDryRun && !(await hasImageRecord(folder))) return planUnbuiltImage(task.project);
  return openRecorded(task, folder, context);
}

/** The image of a task, if it is built and its sources are unchanged; writes and prints nothing. */
export async function findCurrentBuild(
  task: Pick<NormalizedTask, 'project' | 'taskId'>,
  context: Omit<BuildContext, 'mention'>,
): Promise<BuiltImage | undefined> {
  const folder = imageFolder(context.workspaceRoot, task.project);
  if (!(await hasImageRecord(folder))) return undefined;
  try {
    return await openRecorded(task, folder, { ...context, mention: () => undefined });
  } catch (error) {
    if (isOciError(error, 'IMAGE_OUTDATED', 'WRONG_IMAGE', 'LAYOUT_INVALID')) return undefined;
    throw error;
  }
}

async function openRecorded(
  { project, taskId }: Pick<NormalizedTask, 'project' | 'taskId'>,
  folder: string,
  context: BuildContext,
): Promise<BuiltImage> {
  const record = await readImageRecord(folder);
  if (record.project !== project) throw wrongImage(project, record.project, folder);
  const absent = await refuseOutdated(record.sources, { project, taskId, workspaceRoot: context.workspaceRoot, env: context.env });
  if (absent.length > 0)
    context.mention(`${project}: not compared with its sources, because some are missing here (${absent.join(', ')}).`);
  const inputs = context.inputsOf?.({ project, taskId });
  if (inputs !== undefined) {
    const now = { ids: await context.fileIds(), env: context.env };
    const doubts = await refuseOtherInputs(record.inputs, { project, taskId, inputs, ...now });
    doubts.forEach((doubt) => context.mention(doubt));
  }
  return context.openLayout(record, folder);
}

/** Detects a folder that was copied or restored to the wrong path, which is otherwise valid. */
function wrongImage(project: string, found: string, folder: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot publish ${project}: the image in ${folder} belongs to ${found}.`, {
    hint: `Build it again: nx run ${project}:publish --skip-nx-cache`,
  });
}
