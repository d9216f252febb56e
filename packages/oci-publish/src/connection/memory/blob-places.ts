import { type Descriptor, type Digest, type MountSource, type PushOutcome } from '@nx-oci/model';

import { type BlobNotes, type PendingBlob } from './blob-notes';

/** Uploads a blob to its repository; `from` names a repository of the same host that already has it. */
export type BringBlob = (from: string | undefined) => Promise<PushOutcome>;

/**
 * Which repository of a host has which blob in this run: what one image uploads, the others mount. A blob that is being uploaded
 * is waited for, not uploaded twice.
 *
 * In memory, for one process; the shared files connect the run's other processes.
 */
export class BlobPlaces {
  /** By host and digest: the repository that has it. */
  readonly #there = new Map<string, string>();
  /** Running uploads. */
  readonly #coming = new Map<string, Promise<PushOutcome>>();

  /** @param notes absent if the run has no other process. */
  constructor(private readonly notes?: BlobNotes) {}

  note({ registry, repository }: MountSource, blobs: readonly Pick<Descriptor, 'digest'>[]): void {
    for (const { digest } of blobs) this.#there.set(keyOf(registry, digest), repository);
  }

  /** A repository of `registry` that this process uploaded the blob to, or found it in. */
  find(registry: string, digest: Digest): string | undefined {
    return this.#there.get(keyOf(registry, digest));
  }

  /** @throws the error of the upload. */
  async bring(blob: PendingBlob, bring: BringBlob): Promise<PushOutcome> {
    const key = keyOf(blob.registry, blob.digest);
    for (let coming = this.#coming.get(key); coming !== undefined; coming = this.#coming.get(key)) {
      // If that fails, the first waiting caller tries next.
      await Promise.allSettled([coming]);
    }
    const place = this.#there.get(key);
    if (place !== undefined) return bring(place);
    const outcome = this.#bringFirst(blob, bring).finally(() => this.#coming.delete(key));
    this.#coming.set(key, outcome);
    return outcome;
  }

  /** The first one of this process. */
  async #bringFirst(blob: PendingBlob, bring: BringBlob): Promise<PushOutcome> {
    const elsewhere = await this.notes?.claim(blob);
    try {
      const outcome = await bring(elsewhere);
      this.note(blob, [blob]);
      if (elsewhere === undefined) await this.notes?.noteArrival(blob);
      return outcome;
    } finally {
      if (elsewhere === undefined) await this.notes?.release(blob);
    }
  }
}

function keyOf(registry: string, digest: Digest): string {
  return `${registry} ${digest}`;
}
