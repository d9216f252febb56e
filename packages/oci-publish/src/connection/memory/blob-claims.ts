import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isProcessAlive, isRepositoryName, type Digest } from '@nx-oci/model';

import { createWhole } from '../../text/create-whole';
import { replaceFile } from '../../text/replace-file';

/** A blob that is being uploaded to a repository. */
export interface PendingBlob {
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly signal?: AbortSignal;
}

// A layer of some gigabytes may take longer; then it is uploaded twice, which is only slow.
const TIMEOUT_MS = 120_000;
const PAUSE_MS = 50;

/** How long to wait for another process. */
export interface WaitLimit {
  readonly timeoutMs: number;
  readonly now: () => number;
}

/**
 * Shares between the processes of a run which blobs are uploaded: in the folder of the run, one file for each uploaded blob, and
 * one claim for each that is being uploaded. Best effort: a process that finds neither, or waits too long, uploads the blob.
 */
export class BlobClaims {
  /** Our own claims: by the file of the first claim of a blob, the one that is ours. */
  readonly #claimed = new Map<string, string>();

  /** @param folder of the run. */
  constructor(
    private readonly folder: string,
    private readonly waitLimit: WaitLimit = { timeoutMs: TIMEOUT_MS, now: () => performance.now() },
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
  async recordUpload(blob: PendingBlob): Promise<void> {
    await ignoreFailure(replaceFile(this.#fileOf(blob, 'arrived'), blob.repository));
  }

  /** Releases a claim if it is ours: the blob was uploaded, or the upload failed. */
  async release(blob: PendingBlob): Promise<void> {
    const first = this.#fileOf(blob, 'sending');
    const own = this.#claimed.get(first);
    this.#claimed.delete(first);
    if (own !== undefined) await ignoreFailure(rm(own, { force: true }));
  }

  async #waitForTurn(blob: PendingBlob): Promise<string | undefined> {
    await mkdir(this.folder, { recursive: true });
    const endMs = this.waitLimit.now() + this.waitLimit.timeoutMs;
    for (;;) {
      const repository = await this.#readArrival(blob);
      if (repository !== undefined) return repository;
      if (await this.#tryClaim(blob)) return await this.#readArrivalAfterClaim(blob);
      if (this.waitLimit.now() >= endMs) return undefined;
      await sleep(PAUSE_MS, undefined, { signal: blob.signal });
    }
  }

  async #readArrival(blob: PendingBlob): Promise<string | undefined> {
    const repository = await readText(this.#fileOf(blob, 'arrived'));
    return repository !== undefined && isRepositoryName(repository) ? repository : undefined;
  }

  /** A claim is released once the blob was uploaded, which may have happened between reading and claiming. */
  async #readArrivalAfterClaim(blob: PendingBlob): Promise<string | undefined> {
    const repository = await this.#readArrival(blob);
    if (repository !== undefined) await this.release(blob);
    return repository;
  }

  /**
   * A killed process does not release its claim: the next claim is a separate file that names that process, so that only one of
   * the waiting processes takes over, and none removes a claim that another has just made.
   */
  async #tryClaim(blob: PendingBlob): Promise<boolean> {
    const first = this.#fileOf(blob, 'sending');
    const dead = new Set<number>();
    for (let file = first; ;) {
      if (await createWhole(file, String(process.pid))) {
        this.#claimed.set(first, file);
        return true;
      }
      const pid = Number(await readText(file));
      if (!(pid > 0) || isProcessAlive(pid) || dead.has(pid)) return false;
      dead.add(pid);
      file = `${first}-after-${pid}`;
    }
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
