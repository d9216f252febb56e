import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type StoreRemoval } from '../../engines/dockerfile/dockerfile-tool';
import { type EngineName } from '../../engines/options/engine-names';
import { hasImageRecord, readImageRecord, type ImageOutput } from '../../engines/image/image-record';
import { describeError } from '../../text/describe-error';
import { type TaggedImage } from '../report/report-tagged';
import { REPORT_FILE } from '../report/write-report';

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
  for (const built of await findBuilt(folder)) {
    const { output, engine } = await readImageRecord(built);
    const { name } = output;
    if (name !== undefined) removed.push(describe(engine, name, await removeFromStore(engine, { ...output, name })));
  }
  await emptyFolder(folder);
  return `removed ${folder}${removed.join('')}`;
}

/** The folder itself, or those of the parts in it. */
async function findBuilt(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
  const parts = (await Promise.all(names.map(async (part) => ((await hasImageRecord(part)) ? [part] : [])))).flat();
  return parts.length === 0 || (await hasImageRecord(folder)) ? [folder, ...parts] : parts;
}

function describe(engine: EngineName, name: string, removal: StoreRemoval): string {
  if (removal.kind === 'kept') return `, and kept ${name} in the store of ${engine}: ${removal.reason}`;
  return removal.kind === 'absent' ? '' : `, and ${name} from the store of ${engine}`;
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.filter((name) => name !== REPORT_FILE).map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

export interface PruneContext {
  /** Removes the local image of a folder. @returns the result, for the user */
  readonly pruneImage: (folder: string) => Promise<string>;
  readonly print: (text: string) => void;
}

/** Removes the local images of published tasks with `prune`. If one cannot be removed, it still counts as published. */
export async function prunePublished(tagged: readonly TaggedImage[], { pruneImage: prune, print }: PruneContext): Promise<void> {
  for (const { record, isSuccess } of tagged) {
    if (!record.prune || !isSuccess) continue;
    const removed = await prune(record.folder).catch(
      (error: unknown) => `published, but its local image could not be removed. ${describeError(error)}`,
    );
    print(`${record.project}: ${removed}`);
  }
}
