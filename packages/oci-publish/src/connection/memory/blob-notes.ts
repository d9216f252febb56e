import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isProcessAlive, isRepositoryName, type Digest } from '@nx-oci/model';

import { replaceFile } from '../../text/replace-file';

/** A blob that is being uploaded to a repository. */
export interface PendingBlob {
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly signal?: AbortSignal;
}

// A layer of some gigabytes may take longer; then it is uploaded twice, which is only slow.
const PATIENCE_MS = 120_000;
const PAUSE_MS = 50;

/** How long to wait for another process. */
export interface Patience {
  readonly patienceMs: number;
  readonly now: () => number;
}

/**
 * Shares between the processes of a run which blobs are uploaded: in the folder of the run, one file for each uploaded blob, and
 * one claim for each that is being uploaded. Best effort: a process that finds neither, or waits too long, uploads the blob.
 */
export class BlobNotes {
  /** The files of our own claims. */
  readonly #claimed = new Set<string>();

  /** @param folder of the run. */
  constructor(
    private readonly folder: string,
    private readonly patience: Patience = { patienceMs: PATIENCE_MS, now: () => performance.now() },
  ) {}

  /**
   * Claims the upload of a blob.
   *
   * @returns the repository that another process uploaded it to, perhaps after a wait; `undefined` if the caller must upload it.
   * @throws when `blob.signal` aborts while it waits.
   */
  async claim(blob: PendingBlob): Promise<string | undefined> {
    try {
      return await this.#waitForTurn(blob);
    } catch (error) {
      if (blob.signal?.aborted === true) throw error;
      // A full disk, or a deleted folder: then the caller uploads the blob.
      return undefined;
    }
  }

  /** Records which repository has the blob. */
  async noteArrival(blob: PendingBlob): Promise<void> {
    await ignoreFailure(replaceFile(this.#fileOf(blob, 'arrived'), blob.repository));
  }

  /** Releases a claim if it is ours: the blob was uploaded, or the upload failed. */
  async release(blob: PendingBlob): Promise<void> {
    const file = this.#fileOf(blob, 'sending');
    if (this.#claimed.delete(file)) await ignoreFailure(rm(file, { force: true }));
  }

  async #waitForTurn(blob: PendingBlob): Promise<string | undefined> {
    await mkdir(this.folder, { recursive: true });
    const endMs = this.patience.now() + this.patience.patienceMs;
    for (;;) {
      const place = await readText(this.#fileOf(blob, 'arrived'));
      if (place !== undefined && isRepositoryName(place)) return place;
      if (await this.#tryClaim(blob)) return undefined;
      const pid = Number(await readText(this.#fileOf(blob, 'sending')));
      // A killed process does not release its claim.
      if ((pid > 0 && !isProcessAlive(pid)) || this.patience.now() >= endMs) return undefined;
      await sleep(PAUSE_MS, undefined, { signal: blob.signal });
    }
  }

  async #tryClaim(blob: PendingBlob): Promise<boolean> {
    const file = this.#fileOf(blob, 'sending');
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // A full disk leaves an empty claim, which others would wait for.
      await ignoreFailure(rm(file, { force: true }));
      throw error;
    }
    this.#claimed.add(file);
    return true;
  }

  #fileOf({ registry, digest }: PendingBlob, state: 'arrived' | 'sending'): string {
    const key = createHash('sha256').update(`${registry} ${digest}`).digest('hex').slice(0, 32);
    return join(this.folder, `blob-${key}.${state}`);
  }
}

/** Ignores failures: other processes then upload the blob, too. */
async function ignoreFailure(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
