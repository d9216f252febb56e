import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isProcessAlive, isRepositoryName, type Digest } from '@nx-oci/model';

import { replaceFile } from '../../text/replace-file';

/** A blob on its way to a repository. */
export interface PendingBlob {
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly signal?: AbortSignal;
}

// A layer of some gigabytes may take longer; then it is sent twice, which is only slow.
const PATIENCE_MS = 120_000;
const PAUSE_MS = 50;

/** How long another process is waited for. */
export interface Patience {
  readonly patienceMs: number;
  readonly now: () => number;
}

/**
 * What the processes of a run tell each other of blobs: beside the notes of the run, a file for each that has arrived, and
 * one for each that is on its way. Best effort: whoever finds nothing, or waits in vain, sends the blob.
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
   * Asks to be the one that sends a blob.
   *
   * @returns the repository that another process has brought it to, perhaps after waiting for that; `undefined` when the
   *   caller is to send it.
   * @throws when `blob.signal` aborts while it waits.
   */
  async claim(blob: PendingBlob): Promise<string | undefined> {
    try {
      return await this.#waitForTurn(blob);
    } catch (error) {
      if (blob.signal?.aborted === true) throw error;
      // A full disk, or a folder that is gone: without notes the blob is sent.
      return undefined;
    }
  }

  /** Tells all where the blob can be had. */
  async noteArrival(blob: PendingBlob): Promise<void> {
    await ignoreFailure(replaceFile(this.#fileOf(blob, 'arrived'), blob.repository));
  }

  /** Gives a claim back, if it is ours: the blob has arrived, or did not make it. */
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
      // A process that was killed does not take its claim back.
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

/** What fails is only noted badly: others send the blob, too. */
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
