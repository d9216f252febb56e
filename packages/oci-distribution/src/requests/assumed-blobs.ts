import { type Descriptor, type Digest, type OpenContent } from '@nx-oci/model';

import { FailedAttempt } from '../attempts/failed-attempt';

/** A blob that a repository presumably has, and how to send it otherwise. */
export interface AssumedBlob {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
}

/**
 * The blobs of one repository that were not uploaded in this run: mounted ones, and those in a manifest that the registry
 * serves. The registry has the last word when it receives a manifest with them.
 */
export class AssumedBlobs {
  readonly #blobs = new Map<Digest, AssumedBlob>();
  readonly #uploaded = new Set<Digest>();
  readonly #uploads = new Map<Digest, Promise<void>>();

  add(blob: AssumedBlob): void {
    this.#blobs.set(blob.descriptor.digest, blob);
  }

  recordUpload(digest: Digest): void {
    this.#uploaded.add(digest);
  }

  /** Whether this run uploaded the blob here, or assumes that it exists. */
  has(digest: Digest): boolean {
    return this.#uploaded.has(digest) || this.#blobs.has(digest);
  }

  /** The same for several; for an empty list (the registry does not say which), whether there are any. */
  hasAll(digests: readonly Digest[]): boolean {
    return digests.length > 0 ? digests.every((digest) => this.has(digest)) : this.#uploaded.size + this.#blobs.size > 0;
  }

  /**
   * Sends the blobs whose absence made the registry refuse a manifest: those that it lists, else all assumed ones. If several
   * tags are refused in parallel, each blob is sent once.
   *
   * @param upload checks for a blob, and sends it if it is missing.
   * @returns whether any blob was checked, so that the manifest can be tried again.
   */
  async uploadMissing(listed: readonly Digest[], upload: (blob: AssumedBlob) => Promise<void>): Promise<boolean> {
    const affected = [...this.#blobs.values()].filter(({ descriptor }) => listed.length === 0 || listed.includes(descriptor.digest));
    await Promise.all(affected.map((blob) => this.#uploadOnce(blob, upload)));
    return affected.length > 0;
  }

  #uploadOnce(blob: AssumedBlob, upload: (blob: AssumedBlob) => Promise<void>): Promise<void> {
    const { digest } = blob.descriptor;
    const running = this.#uploads.get(digest) ?? upload(blob);
    this.#uploads.set(digest, running);
    // A later attempt uploads again.
    running.catch(() => this.#uploads.delete(digest));
    return running;
  }
}

/**
 * The digests that a registry lacks, if that is why it refused a manifest; `undefined` for any other failure. Empty if it
 * does not say which.
 */
export function missingDigests(error: unknown): readonly Digest[] | undefined {
  if (!(error instanceof FailedAttempt) || error.details.outcome.kind !== 'answer') return undefined;
  const isMissingBlob = error.details.outcome.codes.some((code) => code === 'MANIFEST_BLOB_UNKNOWN' || code === 'BLOB_UNKNOWN');
  return isMissingBlob ? (error.details.digests ?? []) : undefined;
}
