import { type RegistryClient } from '@nx-oci/distribution';
import { isOciError, OciError } from '@nx-oci/model';

import { repositoryOf } from '../../configuration/repository-of';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { imageFolder } from '../../engines/names/image-folder';
import { hasImageRecord, readImageRecord, type ImageRecord } from '../../engines/image/image-record';
import { openLocalImage, type LocalImage } from '../../engines/image/local-image';
import { type ImageInputs } from '../../engines/inputs/inputs-record';
import { refuseOtherInputs } from '../../engines/inputs/refuse-other-inputs';
import { refuseOutdated } from '../../engines/sources/refuse-outdated';
import { type ExpectedPart } from '../../engines/names/expected-part';
import { findParts, hasAllParts, type FoundPart } from '../../engines/parts/find-parts';
import { refuseMixedBases } from '../../engines/parts/refuse-mixed-bases';
import { mergeParts } from '../../engines/parts/merge-parts';
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
export type InputsOf = (task: ImageTask, part?: ExpectedPart) => ImageInputs | undefined;

/** What is needed of a task to find its image. */
type ImageTask = Pick<NormalizedTask, 'taskId' | 'project' | 'parts'>;

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
  if (task.isDryRun && !(await isBuilt(task, folder, context))) return planUnbuiltImage(task.project);
  return openRecorded(task, folder, context);
}

function isBuilt({ project, parts }: ImageTask, folder: string, { workspaceRoot }: Pick<BuildContext, 'workspaceRoot'>): Promise<boolean> {
  return parts === undefined ? hasImageRecord(folder) : hasAllParts(parts, { project, workspaceRoot });
}

/** The image of a task, if it is built and its sources are unchanged; writes and prints nothing. */
export async function findCurrentBuild(task: ImageTask, context: Omit<BuildContext, 'mention'>): Promise<BuiltImage | undefined> {
  const folder = imageFolder(context.workspaceRoot, task.project);
  if (!(await isBuilt(task, folder, context))) return undefined;
  try {
    return await openRecorded(task, folder, { ...context, mention: () => undefined });
  } catch (error) {
    if (isOciError(error, 'IMAGE_OUTDATED', 'WRONG_IMAGE', 'LAYOUT_INVALID')) return undefined;
    throw error;
  }
}

async function openRecorded(task: ImageTask, folder: string, context: BuildContext): Promise<BuiltImage> {
  return context.openLayout(await findLocalImage(task, folder, context));
}

async function findLocalImage(task: ImageTask, folder: string, context: BuildContext): Promise<LocalImage> {
  const { project, parts } = task;
  if (parts !== undefined) {
    const found = await findParts(parts, { project, workspaceRoot: context.workspaceRoot, purpose: 'publish' });
    for (const part of found) await refuseStale(part.record, task, { ...context, part });
    refuseMixedBases(project, found);
    return mergeParts(project, folder, found);
  }
  const record = await readImageRecord(folder);
  if (record.project !== project) throw wrongImage(project, record.project, folder);
  await refuseStale(record, task, context);
  return openLocalImage(record, folder);
}

/** Finds one part of an image. @throws OciError as `openImage` */
export async function openPart(task: ImageTask, part: ExpectedPart, context: BuildContext): Promise<FoundPart> {
  const [found] = await findParts([part], { project: task.project, workspaceRoot: context.workspaceRoot, purpose: 'stage' });
  if (found === undefined) throw new Error('a part that was neither found nor refused');
  await refuseStale(found.record, task, { ...context, part });
  return found;
}

/** @throws OciError `IMAGE_OUTDATED` */
async function refuseStale(
  record: ImageRecord,
  { project, taskId }: ImageTask,
  { part, ...context }: BuildContext & { readonly part?: ExpectedPart },
): Promise<void> {
  const { workspaceRoot, env } = context;
  const what = part === undefined ? project : `${project} for ${part.platform}`;
  const published = { project, taskId, env, ...(part && { part }) };
  const absent = await refuseOutdated(record.sources, { ...published, workspaceRoot });
  if (absent.length > 0) context.mention(`${what}: not compared with its sources, because some are missing here (${absent.join(', ')}).`);
  const inputs = context.inputsOf?.({ project, taskId }, part);
  if (inputs === undefined) return;
  const doubts = await refuseOtherInputs(record.inputs, { ...published, inputs, ids: await context.fileIds() });
  doubts.forEach((doubt) => context.mention(doubt));
}

/** Detects a folder that was copied or restored to the wrong path, which is otherwise valid. */
function wrongImage(project: string, found: string, folder: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot publish ${project}: the image in ${folder} belongs to ${found}.`, {
    hint: `Build it again: nx run ${project}:publish --skip-nx-cache`,
  });
}
