import { setTimeout as sleep } from 'node:timers/promises';

import { limitParallel, type Limit } from '@nx-oci/model';

// Far below the limit of 256 open files on macOS; more parallel files do not make a disk faster.
const MAX_OPEN_FILES = 32;
const WAIT_MS = 20;
const MAX_WAITS = 500;

/** Limits the open files of a folder's storage, so that pushes can always open a file. */
export class OpenFileLimiter {
  private readonly limit: Limit = limitParallel(MAX_OPEN_FILES);

  /** For short operations: a small file, the names of a folder. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.limit(() => waitForFile(task));
  }
}

/** Opens a file; while too many are open, waits up to ten seconds. */
export async function waitForFile<Result>(open: () => Promise<Result>): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await open();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'EMFILE' && code !== 'ENFILE') || waits >= MAX_WAITS) throw error;
    }
    await sleep(WAIT_MS);
  }
}
