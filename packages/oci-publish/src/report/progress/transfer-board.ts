import { type CopiedContent, type CopyProgress, type Digest } from '@nx-oci/model';

import { type TransferWatcher } from './transfer-watcher';

/** A blob that is sent, or was. */
export interface BlobProgress {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly movedBytes: number;
  readonly isDone: boolean;
}

/** What is on its way to one repository. */
export interface RepositoryProgress {
  /** `host/repository` */
  readonly place: string;
  readonly blobs: readonly BlobProgress[];
}

/** Remembers how far everything is that has begun to move; what turns out to be there already is forgotten. */
export class TransferBoard implements TransferWatcher {
  readonly #places = new Map<string, Map<Digest, BlobProgress>>();

  moved(place: string, { descriptor: { digest, size }, movedBytes }: CopyProgress): void {
    this.#blobsOf(place).set(digest, { digest, sizeBytes: size, movedBytes, isDone: false });
  }

  arrived(place: string, { descriptor: { digest, size }, outcome }: CopiedContent): void {
    const blobs = this.#blobsOf(place);
    // Manifests are sent, too, as one uncounted piece.
    if (!blobs.has(digest)) return;
    if (outcome === 'uploaded') blobs.set(digest, { digest, sizeBytes: size, movedBytes: size, isDone: true });
    else blobs.delete(digest);
  }

  /** In the order that they began in. */
  places(): readonly RepositoryProgress[] {
    return [...this.#places].map(([place, blobs]) => ({ place, blobs: [...blobs.values()] }));
  }

  #blobsOf(place: string): Map<Digest, BlobProgress> {
    const blobs = this.#places.get(place) ?? new Map<Digest, BlobProgress>();
    this.#places.set(place, blobs);
    return blobs;
  }
}
