import { type Descriptor, type Digest, type OpenContent } from '@nx-oci/model';

import { FailedAttempt } from '../attempts/failed-attempt';

/** A blob that is in a repository as far as anybody can tell, and how to send it if it is not. */
export interface AssumedBlob {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
}

/**
 * The blobs of one repository that nobody sent, for one run: mounted, or named by a manifest that the registry serves.
 * The registry has the last word, when it is given a manifest that names them.
 */
export class AssumedBlobs {
  readonly #blobs = new Map<Digest, AssumedBlob>();
  readonly #arrived = new Set<Digest>();
  readonly #brought = new Map<Digest, Promise<void>>();

  add(blob: AssumedBlob): void {
    this.#blobs.set(blob.descriptor.digest, blob);
  }

  noteArrival(digest: Digest): void {
    this.#arrived.add(digest);
  }

  /** Whether this run sent the blob here, or takes it to be here. */
  has(digest: Digest): boolean {
    return this.#arrived.has(digest) || this.#blobs.has(digest);
  }

  /** The same of several; of none, where a registry does not say which, whether there are any at all. */
  hasAll(digests: readonly Digest[]): boolean {
    return digests.length > 0 ? digests.every((digest) => this.has(digest)) : this.#arrived.size + this.#blobs.size > 0;
  }

  /**
   * Sends what a registry refused a manifest for: exactly what it lists, else whatever was assumed. Several tags may be
   * refused at once; each blob is sent for the first.
   *
   * @param bring looks for a blob, and sends it where it is missing.
   * @returns whether something was looked after, so that the manifest is worth another try.
   */
  async mend(listed: readonly Digest[], bring: (blob: AssumedBlob) => Promise<void>): Promise<boolean> {
    const meant = [...this.#blobs.values()].filter(({ descriptor }) => listed.length === 0 || listed.includes(descriptor.digest));
    await Promise.all(meant.map((blob) => this.#bringOnce(blob, bring)));
    return meant.length > 0;
  }

  #bringOnce(blob: AssumedBlob, bring: (blob: AssumedBlob) => Promise<void>): Promise<void> {
    const { digest } = blob.descriptor;
    const brought = this.#brought.get(digest) ?? bring(blob);
    this.#brought.set(digest, brought);
    // Whoever tries again later tries this again, too.
    brought.catch(() => this.#brought.delete(digest));
    return brought;
  }
}

/**
 * The digests that a registry misses, if it refused a manifest for that; `undefined` for any other failure.
 * Empty where it does not say which.
 */
export function missingDigests(error: unknown): readonly Digest[] | undefined {
  if (!(error instanceof FailedAttempt) || error.details.outcome.kind !== 'answer') return undefined;
  const isMeant = error.details.outcome.codes.some((code) => code === 'MANIFEST_BLOB_UNKNOWN' || code === 'BLOB_UNKNOWN');
  return isMeant ? (error.details.digests ?? []) : undefined;
}
