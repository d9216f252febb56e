import { type CopiedContent, type CopyProgress, type Digest } from '@nx-oci/model';

import { type TransferWatcher } from './transfer-watcher';

/** A blob that is being uploaded, or was. */
export interface BlobProgress {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly movedBytes: number;
  readonly isDone: boolean;
}

/** The uploads to one repository. */
export interface RepositoryProgress {
  /** `host/repository` */
  readonly place: string;
  readonly blobs: readonly BlobProgress[];
}

/** Records the progress of all uploads; drops blobs that turn out to exist already. */
export class TransferBoard implements TransferWatcher {
  readonly #places = new Map<string, Map<Digest, BlobProgress>>();

  moved(place: string, { descriptor: { digest, size }, movedBytes }: CopyProgress): void {
    this.#blobsOf(place).set(digest, { digest, sizeBytes: size, movedBytes, isDone: false });
  }

  arrived(place: string, { descriptor: { digest, size }, outcome }: CopiedContent): void {
    const blobs = this.#blobsOf(place);
    // Manifests are sent, too, but not counted.
    if (!blobs.has(digest)) return;
    if (outcome === 'uploaded') blobs.set(digest, { digest, sizeBytes: size, movedBytes: size, isDone: true });
    else blobs.delete(digest);
  }

  /** In the order of their start. */
  places(): readonly RepositoryProgress[] {
    return [...this.#places].map(([place, blobs]) => ({ place, blobs: [...blobs.values()] }));
  }

  #blobsOf(place: string): Map<Digest, BlobProgress> {
    const blobs = this.#places.get(place) ?? new Map<Digest, BlobProgress>();
    this.#places.set(place, blobs);
    return blobs;
  }
}
