import { createHash, type Hash } from 'node:crypto';

import { algorithmOf, finishDigest, type Digest, type DigestAlgorithm } from '@nx-oci/model';

import type { Upload } from '../storage';

/**
 * One blob on its way in: the bytes, and their running digest.
 *
 * The digest is computed while the bytes pass by; only when the client ends with another algorithm than it began with
 * are they read once more.
 */
export class UploadSession {
  private hash: Hash;
  private busy = false;

  constructor(
    readonly id: string,
    readonly repository: string,
    private readonly upload: Upload,
    private readonly algorithm: DigestAlgorithm,
  ) {
    this.hash = createHash(algorithm);
  }

  get sizeBytes(): number {
    return this.upload.sizeBytes;
  }

  /** Takes a chunk whole or not at all. `busy` while another chunk is on its way: their bytes would mix. */
  async append(bytes: AsyncIterable<Uint8Array>): Promise<'taken' | 'busy'> {
    if (this.busy) return 'busy';
    this.busy = true;
    try {
      const hash = this.hash.copy();
      await this.upload.append(hashWhilePassing(bytes, hash));
      this.hash = hash;
      return 'taken';
    } finally {
      this.busy = false;
    }
  }

  /** Whether the bytes are those of `digest`. */
  async matches(digest: Digest): Promise<boolean> {
    return (await this.computeDigest(algorithmOf(digest))) === digest;
  }

  publish(digest: Digest): Promise<void> {
    return this.upload.publish(digest);
  }

  discard(): Promise<void> {
    return this.upload.discard();
  }

  private async computeDigest(algorithm: DigestAlgorithm): Promise<Digest> {
    if (algorithm === this.algorithm) return finishDigest(this.hash.copy(), algorithm);
    const hash = createHash(algorithm);
    for await (const piece of this.upload.read()) hash.update(piece as Uint8Array);
    return finishDigest(hash, algorithm);
  }
}

async function* hashWhilePassing(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}
