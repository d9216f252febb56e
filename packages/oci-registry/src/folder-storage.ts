import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { OciError } from '@nx-oci/model';

import { FolderContent } from './folder/folder-content';
import { FolderRecords } from './folder/folder-records';
import type { RegistryStorage } from './storage';

// A chunk that is still arriving touches its file all the time; what nobody touched for this long belongs to nobody.
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * Keeps everything in a folder that survives restarts.
 *
 * ```
 * content/sha256/<hex>                          bytes, each digest once
 * repositories/<name>/_blobs/<digest>.json      this repository holds that blob
 * repositories/<name>/_manifests/<digest>.json  … that manifest, with its media type
 * repositories/<name>/_tags/<tag>.json          … points that tag at a digest
 * repositories/<name>/_referrers/<subject>/…    what refers to a subject
 * temp/                                         what is being written
 * ```
 *
 * Every file is written in `temp/` and renamed, so a process that is killed leaves the old or the new file, never half
 * of one. Nothing is synced to the disk: a power cut may lose what came last.
 */
export function folderStorage(folder: string): RegistryStorage {
  const root = resolve(folder);
  const temp = join(root, 'temp');
  return {
    location: root,
    content: new FolderContent(join(root, 'content'), temp),
    records: new FolderRecords(join(root, 'repositories'), temp),
    prepare: () => prepareFolder(root, temp),
  };
}

async function prepareFolder(root: string, temp: string): Promise<void> {
  try {
    await mkdir(temp, { recursive: true });
    await removeAbandonedFiles(temp);
  } catch (cause) {
    throw new OciError('OPTIONS_INVALID', `Cannot keep the registry's state in ${root}: the folder can not be made or written.`, {
      hint: 'Name a folder that this user may write to, or leave the folder out to keep everything in memory.',
      cause,
    });
  }
}

async function removeAbandonedFiles(temp: string): Promise<void> {
  const oldest = Date.now() - ABANDONED_AFTER_MS;
  for (const name of await readdir(temp)) {
    const file = join(temp, name);
    const { mtimeMs } = await stat(file);
    if (mtimeMs < oldest) await rm(file, { force: true });
  }
}
