import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

const WAIT_MS = 20;
const GIVE_UP_AFTER_MS = 30_000;
// Replacing an index takes milliseconds; an older lock belongs to a killed process.
const STALE_AFTER_MS = 10_000;

/**
 * Runs `task` while holding a lock file.
 *
 * The file is created exclusively and removed afterwards; the lock of a killed process is removed after ten seconds.
 *
 * @throws OciError `LAYOUT_INVALID` if the lock is not free within thirty seconds.
 */
export async function withLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  while (!(await tryLock(path))) {
    if (Date.now() > deadline) throw lockedFor(path);
    await removeStale(path);
    await wait(WAIT_MS * (0.5 + Math.random()));
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.close();
    return true;
  } catch (error) {
    // Windows returns EPERM while the file is being removed.
    if (['EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/**
 * No system call removes a file only if it is still the same, and a newer lock must stay: therefore removing a lock requires
 * another lock, named after it.
 */
async function removeStale(path: string): Promise<void> {
  const seen = await inspectLock(path);
  if (!seen?.isStale) return;
  await withLock(`${path}.${seen.identity}`, async () => {
    if ((await inspectLock(path))?.identity === seen.identity) await rm(path, { force: true });
  });
}

async function inspectLock(path: string): Promise<{ readonly identity: string; readonly isStale: boolean } | undefined> {
  try {
    const { ino, mtimeMs } = await stat(path);
    return { identity: `${ino}-${Math.round(mtimeMs)}`, isStale: Date.now() - mtimeMs >= STALE_AFTER_MS };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function lockedFor(path: string): OciError {
  return new OciError('LAYOUT_INVALID', `Cannot write the index of the layout: another process has held ${path} for too long.`, {
    hint: 'If no other build is running, remove that file.',
  });
}
