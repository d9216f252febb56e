import { type PushOutcome } from '@nx-oci/model';

import { type BlobNotes, type PendingBlob } from './blob-notes';

/** Brings a blob to its repository; `from` names a repository of the same host that has it by now. */
export type BringBlob = (from: string | undefined) => Promise<PushOutcome>;

/**
 * Which repository of a host has which blob in this run: what one image brings there, the others mount. A digest that is on
 * its way is waited for, not sent twice.
 *
 * A memory of one process; `notes` tells the run's other processes.
 */
export class BlobExchange {
  /** By host and digest: the repository that has it, once it has; `undefined` where bringing it there failed. */
  readonly #places = new Map<string, Promise<string | undefined>>();

  /** @param notes absent where the run has no other process. */
  constructor(private readonly notes?: BlobNotes) {}

  /** @throws whatever `bring` fails with. */
  async bring(blob: PendingBlob, bring: BringBlob): Promise<PushOutcome> {
    const key = `${blob.registry} ${blob.digest}`;
    for (let place = this.#places.get(key); place !== undefined; place = this.#places.get(key)) {
      const repository = await place;
      if (repository !== undefined) return bring(repository);
      // Whoever was first failed; the first that comes after that is the next one to try.
      if (this.#places.get(key) === place) this.#places.delete(key);
    }
    const outcome = this.#bringFirst(blob, bring);
    this.#places.set(
      key,
      outcome.then(
        () => blob.repository,
        () => undefined,
      ),
    );
    return outcome;
  }

  /** First of this process, that is. */
  async #bringFirst(blob: PendingBlob, bring: BringBlob): Promise<PushOutcome> {
    if (this.notes === undefined) return bring(undefined);
    const elsewhere = await this.notes.claim(blob);
    if (elsewhere !== undefined) return bring(elsewhere);
    try {
      const outcome = await bring(undefined);
      await this.notes.noteArrival(blob);
      return outcome;
    } finally {
      await this.notes.release(blob);
    }
  }
}
