import { type CopiedContent, type CopyProgress, type Descriptor, type Digest } from '@nx-oci/model';

import { type TransferWatcher } from './transfer-watcher';

/** A blob that will be uploaded, is, or was. */
export interface BlobProgress {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly movedBytes: number;
  readonly state: 'queued' | 'moving' | 'done';
}

/** The uploads to one repository. */
export interface RepositoryProgress {
  /** `host/repository` */
  readonly repository: string;
  readonly blobs: readonly BlobProgress[];
}

/** Records the progress of all uploads; drops blobs that turn out to exist already. */
export class TransferBoard implements TransferWatcher {
  readonly #repositories = new Map<string, Map<Digest, BlobProgress>>();

  queued(repository: string, { digest, size }: Descriptor): void {
    const blobs = this.#blobsOf(repository);
    // Another image of the same repository may have begun to send it.
    if (!blobs.has(digest)) blobs.set(digest, { digest, sizeBytes: size, movedBytes: 0, state: 'queued' });
  }

  moved(repository: string, { descriptor: { digest, size }, movedBytes }: CopyProgress): void {
    this.#blobsOf(repository).set(digest, { digest, sizeBytes: size, movedBytes, state: 'moving' });
  }

  arrived(repository: string, { descriptor: { digest, size }, outcome }: CopiedContent): void {
    const blobs = this.#blobsOf(repository);
    // Manifests are sent, too, but not counted.
    if (!blobs.has(digest)) return;
    if (outcome === 'uploaded') blobs.set(digest, { digest, sizeBytes: size, movedBytes: size, state: 'done' });
    else blobs.delete(digest);
  }

  /** In the order of their start. */
  repositories(): readonly RepositoryProgress[] {
    return [...this.#repositories].map(([repository, blobs]) => ({ repository, blobs: [...blobs.values()] }));
  }

  #blobsOf(repository: string): Map<Digest, BlobProgress> {
    const blobs = this.#repositories.get(repository) ?? new Map<Digest, BlobProgress>();
    this.#repositories.set(repository, blobs);
    return blobs;
  }
}
