import { type StoreRemoval } from '../../engines/dockerfile/dockerfile-tool';
import { type EngineName } from '../../engines/options/engine-names';
import { readImageRecord, type ImageOutput } from '../../engines/image/image-record';
import { ImageUses } from '../../engines/image/image-uses';
import { describeError } from '../../text/describe-error';
import { type TaggedImage } from '../report/report-tagged';
import { findOwnFiles, removeOwnFiles } from './own-files';

/** Removes an image from the store of the tool that built it, unless something else uses it. */
export type RemoveFromStore = (engine: EngineName, output: ImageOutput & { readonly name: string }) => Promise<StoreRemoval>;

/**
 * Removes the local image of an image folder: only what this build created. The report stays.
 *
 * Call it only after every registry has confirmed the digest.
 *
 * @returns what was removed, or why something was kept; for the user.
 */
export async function pruneImage(folder: string, removeFromStore: RemoveFromStore): Promise<string> {
  const removed: string[] = [];
  const { records } = await findOwnFiles(folder, true);
  for (const built of records.length === 0 ? [folder] : records) {
    const { output, engine } = await readImageRecord(built);
    const { name } = output;
    if (name !== undefined) removed.push(describe(engine, name, await removeFromStore(engine, { ...output, name })));
  }
  await removeOwnFiles(folder, true);
  return `removed ${folder}${removed.join('')}`;
}

function describe(engine: EngineName, name: string, removal: StoreRemoval): string {
  if (removal.kind === 'kept') return `, and kept ${name} in the store of ${engine}: ${removal.reason}`;
  return removal.kind === 'absent' ? '' : `, and ${name} from the store of ${engine}`;
}

export interface PruneContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** The Nx process of this run. */
  readonly runPid?: number | undefined;
  /** Removes the local image of a folder. @returns the result, for the user */
  readonly pruneImage: (folder: string) => Promise<string>;
  readonly print: (text: string) => void;
}

/**
 * Removes the local images of published tasks with `prune`, except of those that other runs use. If one cannot be removed, it still
 * counts as published.
 */
export async function prunePublished(tagged: readonly TaggedImage[], context: PruneContext): Promise<void> {
  const uses = new ImageUses(context.workspaceRoot, context.runPid);
  for (const { record, isSuccess } of tagged) {
    if (!record.prune || !isSuccess) continue;
    const { project, folder } = record;
    const outcome = await attemptAlone(uses, project, () => context.pruneImage(folder));
    context.print(`${project}: ${outcome}`);
  }
}

async function attemptAlone(uses: ImageUses, project: string, prune: () => Promise<string>): Promise<string> {
  try {
    // The publishes of this run have done what they need the image for.
    const outcome = await uses.alone(project, prune, ['publish']);
    return 'result' in outcome ? outcome.result : `published, and its local image kept: a ${outcome.usedBy} of ${project} is running`;
  } catch (error) {
    return `published, but its local image could not be removed. ${describeError(error)}`;
  }
}
