import { type Descriptor, type Digest, type MountSource, type PushOutcome } from '@nx-oci/model';

import { type BlobClaims, type PendingBlob } from './blob-claims';

/** Uploads a blob to its repository; `from` names a repository of the same host that already has it. */
export type UploadBlob = (from: string | undefined) => Promise<PushOutcome>;

/**
 * Which repository of a host has which blob in this run: what one image uploads, the others mount. A blob that is being uploaded
 * is waited for, not uploaded twice.
 *
 * In memory, for one process; the shared files connect the run's other processes.
 */
export class BlobLocations {
  /** By host and digest: the repository that has it. */
  readonly #repositories = new Map<string, string>();
  /** Running uploads. */
  readonly #running = new Map<string, Promise<PushOutcome>>();

  /** @param claims absent if the run has no other process. */
  constructor(private readonly claims?: BlobClaims) {}

  record({ registry, repository }: MountSource, blobs: readonly Pick<Descriptor, 'digest'>[]): void {
    for (const { digest } of blobs) this.#repositories.set(keyOf(registry, digest), repository);
  }

  /** A repository of `registry` that this process uploaded the blob to, or found it in. */
  find(registry: string, digest: Digest): string | undefined {
    return this.#repositories.get(keyOf(registry, digest));
  }

  /** @throws the error of the upload. */
  async upload(blob: PendingBlob, send: UploadBlob): Promise<PushOutcome> {
    const key = keyOf(blob.registry, blob.digest);
    for (let running = this.#running.get(key); running !== undefined; running = this.#running.get(key)) {
      // If that fails, the first waiting caller tries next.
      await Promise.allSettled([running]);
    }
    const known = this.#repositories.get(key);
    if (known !== undefined) return send(known);
    const outcome = this.#uploadFirst(blob, send).finally(() => this.#running.delete(key));
    this.#running.set(key, outcome);
    return outcome;
  }

  /** The first upload of this process. */
  async #uploadFirst(blob: PendingBlob, send: UploadBlob): Promise<PushOutcome> {
    const elsewhere = await this.claims?.claim(blob);
    try {
      const outcome = await send(elsewhere);
      this.record(blob, [blob]);
      if (elsewhere === undefined) await this.claims?.recordUpload(blob);
      return outcome;
    } finally {
      if (elsewhere === undefined) await this.claims?.release(blob);
    }
  }
}

function keyOf(registry: string, digest: Digest): string {
  return `${registry} ${digest}`;
}
