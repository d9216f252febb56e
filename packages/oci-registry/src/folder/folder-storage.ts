import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { isOciError, OciError } from '@nx-oci/model';

import { OpenFileLimiter } from './open-file-limiter';
import { FolderContent } from './folder-content';
import { FolderLock } from './folder-lock';
import { FolderRecords } from './folder-records';
import type { RegistryStorage } from '../storage/storage';

/**
 * Stores everything in a folder, so that it survives restarts.
 *
 * ```
 * content/sha256/<hex>                          content, each digest once
 * repositories/<name>/_blobs/<digest>.json      this repository has that blob
 * repositories/<name>/_manifests/<digest>.json  … that manifest, with its media type
 * repositories/<name>/_tags/<tag>.json          … the digest of that tag
 * repositories/<name>/_referrers/<subject>/…    the referrers of a subject
 * temp/                                         unfinished writes; emptied at the start
 * .served-by.json                               the process that serves the folder
 * ```
 *
 * Every file is written in `temp/` and renamed, so that a killed process leaves the old or the new file, never a partial one.
 * Nothing is synced to the disk: a power failure may lose the latest changes.
 */
export function folderStorage(folder: string): RegistryStorage {
  const root = resolve(folder);
  const temp = join(root, 'temp');
  const lock = new FolderLock(root, () => removeDrafts(temp));
  return {
    location: root,
    content: new FolderContent(join(root, 'content'), temp),
    records: new FolderRecords(join(root, 'repositories'), temp, new OpenFileLimiter()),
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
    throw new OciError('OPTIONS_INVALID', `Cannot store the registry in ${root}: the folder cannot be created or written${reason}.`, {
      hint: 'Use a folder that this user can write to, on a disk with free space, or omit the folder to keep everything in memory.',
      cause,
    });
  }
}

/** Uploads end with their process, and the lock excludes other processes. */
async function removeDrafts(temp: string): Promise<void> {
  for (const entry of await readdir(temp, { withFileTypes: true })) {
    // Folders there are not ours.
    if (!entry.isDirectory()) await rm(join(temp, entry.name), { force: true });
  }
}
