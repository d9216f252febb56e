import { setTimeout as sleep } from 'node:timers/promises';

import { limitParallel, type Limit } from '@nx-oci/model';

// Far below the 256 files that macOS lets a process open; more at once make a disk no faster.
const MAX_AT_ONCE = 32;
const WAIT_MS = 20;
const MAX_WAITS = 500;

/** Bounds the files that a folder's storage has open: however much is asked, pushes find a file to write to. */
export class FileGate {
  private readonly limit: Limit = limitParallel(MAX_AT_ONCE);

  /** Runs something short: a small file, a folder's names. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.limit(() => waitForFile(task));
  }
}

/** Opens a file once one of those that connections and others hold is free, within ten seconds. */
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
