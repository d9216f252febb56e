import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { isOciError, OciError } from '@nx-oci/model';

import { FileGate } from './file-gate';
import { FolderContent } from './folder-content';
import { FolderLock } from './folder-lock';
import { FolderRecords } from './folder-records';
import type { RegistryStorage } from '../storage/storage';

/**
 * Keeps everything in a folder that survives restarts.
 *
 * ```
 * content/sha256/<hex>                          bytes, each digest once
 * repositories/<name>/_blobs/<digest>.json      this repository holds that blob
 * repositories/<name>/_manifests/<digest>.json  … that manifest, with its media type
 * repositories/<name>/_tags/<tag>.json          … points that tag at a digest
 * repositories/<name>/_referrers/<subject>/…    what refers to a subject
 * temp/                                         what is being written; emptied at the start
 * .served-by.json                               the process that serves the folder: one at a time
 * ```
 *
 * Every file is written in `temp/` and renamed, so a process that is killed leaves the old or the new file, never half
 * of one. Nothing is synced to the disk: a power cut may lose what came last.
 */
export function folderStorage(folder: string): RegistryStorage {
  const root = resolve(folder);
  const temp = join(root, 'temp');
  const lock = new FolderLock(root, () => removeDrafts(temp));
  return {
    location: root,
    content: new FolderContent(join(root, 'content'), temp),
    records: new FolderRecords(join(root, 'repositories'), temp, new FileGate()),
    prepare: () => prepareFolder(root, temp, lock),
    announce: (url, port) => lock.announce(url, port),
    release: () => lock.release(),
  };
}

async function prepareFolder(root: string, temp: string, lock: FolderLock): Promise<void> {
  try {
    await mkdir(temp, { recursive: true });
    await lock.take();
    await removeDrafts(temp);
  } catch (cause) {
    await lock.release();
    if (isOciError(cause)) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code === undefined ? '' : ` (${(cause as NodeJS.ErrnoException).code})`;
    throw new OciError('OPTIONS_INVALID', `Cannot keep the registry's state in ${root}: the folder can not be made or written${reason}.`, {
      hint: 'Name a folder that this user may write to, on a disk with free space, or leave the folder out to keep everything in memory.',
      cause,
    });
  }
}

/** An upload ends with its process, and the lock says that no other one is here. */
async function removeDrafts(temp: string): Promise<void> {
  for (const entry of await readdir(temp, { withFileTypes: true })) {
    // We make no folders there.
    if (!entry.isDirectory()) await rm(join(temp, entry.name), { force: true });
  }
}
