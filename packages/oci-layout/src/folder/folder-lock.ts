import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

const WAIT_MS = 20;
const GIVE_UP_AFTER_MS = 30_000;
// Replacing an index takes milliseconds; a lock of that age belongs to a process that was killed.
const STALE_AFTER_MS = 10_000;

/**
 * Runs `task` while no other process does under the same lock file.
 *
 * Created exclusively, removed afterwards; a lock that somebody killed has left behind is taken away after ten seconds.
 *
 * @throws OciError `LAYOUT_INVALID` when the lock can not be had in thirty seconds.
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
    // Windows says EPERM while the file is being removed.
    if (['EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/**
 * A file cannot be removed on the condition that it still is the one that was looked at, and a newer lock must not be: so the
 * right to remove one is a lock itself, named after the one that it is for.
 */
async function removeStale(path: string): Promise<void> {
  const seen = await lookAt(path);
  if (!seen?.isStale) return;
  await withLock(`${path}.${seen.identity}`, async () => {
    if ((await lookAt(path))?.identity === seen.identity) await rm(path, { force: true });
  });
}

async function lookAt(path: string): Promise<{ readonly identity: string; readonly isStale: boolean } | undefined> {
  try {
    const { ino, mtimeMs } = await stat(path);
    return { identity: `${ino}-${Math.round(mtimeMs)}`, isStale: Date.now() - mtimeMs >= STALE_AFTER_MS };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function lockedFor(path: string): OciError {
  return new OciError('LAYOUT_INVALID', `Cannot write the index of the layout: ${path} is held by another process for too long.`, {
    hint: 'If no other build writes there, remove that file.',
  });
}
