import { type Descriptor, type Digest, type MountSource, type PushOutcome } from '@nx-oci/model';

import { type BlobNotes, type PendingBlob } from './blob-notes';

/** Brings a blob to its repository; `from` names a repository of the same host that has it by now. */
export type BringBlob = (from: string | undefined) => Promise<PushOutcome>;

/**
 * Which repository of a host has which blob in this run: what one image brings there, the others mount. A digest that is on
 * its way is waited for, not sent twice.
 *
 * A memory of one process; `notes` tells the run's other processes.
 */
export class BlobPlaces {
  /** By host and digest: the repository that has it. */
  readonly #there = new Map<string, string>();
  /** Those on their way. */
  readonly #coming = new Map<string, Promise<PushOutcome>>();

  /** @param notes absent where the run has no other process. */
  constructor(private readonly notes?: BlobNotes) {}

  note({ registry, repository }: MountSource, blobs: readonly Pick<Descriptor, 'digest'>[]): void {
    for (const { digest } of blobs) this.#there.set(keyOf(registry, digest), repository);
  }

  /** A repository of `registry` that this process brought the blob to, or found it in. */
  find(registry: string, digest: Digest): string | undefined {
    return this.#there.get(keyOf(registry, digest));
  }

  /** @throws whatever `bring` fails with. */
  async bring(blob: PendingBlob, bring: BringBlob): Promise<PushOutcome> {
    const key = keyOf(blob.registry, blob.digest);
    for (let coming = this.#coming.get(key); coming !== undefined; coming = this.#coming.get(key)) {
      // Where that fails, the first that comes after it is the next one to try.
      await Promise.allSettled([coming]);
    }
    const place = this.#there.get(key);
    if (place !== undefined) return bring(place);
    const outcome = this.#bringFirst(blob, bring).finally(() => this.#coming.delete(key));
    this.#coming.set(key, outcome);
    return outcome;
  }

  /** First of this process, that is. */
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
