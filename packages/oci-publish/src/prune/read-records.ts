import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';

import { readImageRecord } from '../engines/image/image-record';
import { MadeImages, type RecordedImage } from '../engines/image/made-images';
import { loadedImagePrefix, localImageName } from '../engines/names/local-name';
import { findOwnFiles } from '../publish/prune/own-files';
import { type ImageFolder } from './local-item';

/** What this workspace made in the stores of engines: the recorded images, and those that the image folders name. */
export async function readRecords(workspaceRoot: string, folders: readonly ImageFolder[]): Promise<readonly RecordedImage[]> {
  const recorded = await new MadeImages(workspaceRoot).list();
  const found = await Promise.all(folders.map(({ folder, isKnown }) => findOwnFiles(folder, isKnown)));
  const named = await Promise.all(found.flatMap(({ records }) => records).map(readFolder));
  const isRecorded = (image: RecordedImage) => recorded.some(({ engine, imageId }) => engine === image.engine && imageId === image.imageId);
  const all = [...recorded, ...named.filter((image) => image !== undefined).filter((image) => !isRecorded(image))];
  return all.filter((image) => isNamedHere(image, workspaceRoot));
}

/** Names contain the folder of the workspace: records in a copy of another checkout are of that one, as are shared ones. */
function isNamedHere({ project, name }: RecordedImage, workspaceRoot: string): boolean {
  const own = localImageName(workspaceRoot, project);
  return name === own || name.startsWith(loadedImagePrefix(own));
}

async function readFolder(folder: string): Promise<RecordedImage | undefined> {
  try {
    const { project, engine, output } = await readImageRecord(folder);
    const { imageId, name } = output;
    if (engine === 'native' || imageId === undefined || name === undefined) return undefined;
    const { mtimeMs } = await stat(join(folder, 'image.json'));
    return { project, engine, imageId, name, madeAtMs: mtimeMs };
  } catch (error) {
    // Of another version, or removed meanwhile: it names no image.
    if (isOciError(error, 'LAYOUT_INVALID') || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
