import { createHash, type Hash } from 'node:crypto';

import { algorithmOf, finishDigest, type Digest, type DigestAlgorithm } from '@nx-oci/model';

import type { Upload } from '../storage/storage';

/** `ended`: nothing can be added any more. */
export type AppendOutcome = 'taken' | 'busy' | 'ended';

/**
 * One blob on its way in: the bytes, and their running digest.
 *
 * The digest is computed while the bytes pass by; only when the client ends with another algorithm than it began with
 * are they read once more.
 */
export class UploadSession {
  private hash: Hash;
  private phase: 'open' | 'busy' | 'sealed' | 'ended' = 'open';

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

  /** Whether clients may still add to it or cancel it. */
  get isOpen(): boolean {
    return this.phase === 'open' || this.phase === 'busy';
  }

  get isBusy(): boolean {
    return this.phase === 'busy';
  }

  /** Takes a chunk whole or not at all. `busy` while another chunk is on its way: their bytes would mix. */
  append(bytes: AsyncIterable<Uint8Array>): Promise<AppendOutcome> {
    return this.appendThen('open', bytes);
  }

  /**
   * Takes the last chunk and seals the upload in the same turn: whatever is checked, and waits to be published, stays as
   * it is. A chunk that breaks off leaves it open.
   */
  appendLast(bytes: AsyncIterable<Uint8Array>): Promise<AppendOutcome> {
    return this.appendThen('sealed', bytes);
  }

  /** Whether the bytes are those of `digest`. */
  async matches(digest: Digest): Promise<boolean> {
    return (await this.computeDigest(algorithmOf(digest))) === digest;
  }

  /** Of a sealed upload whose digest was checked. */
  publish(digest: Digest): Promise<void> {
    if (this.phase !== 'sealed') throw new Error(`The upload ${this.id} is ${this.phase}: only a sealed one can be published.`);
    return this.upload.publish(digest);
  }

  discard(): Promise<void> {
    this.phase = 'ended';
    return this.upload.discard();
  }

  private async appendThen(next: 'open' | 'sealed', bytes: AsyncIterable<Uint8Array>): Promise<AppendOutcome> {
    if (this.phase !== 'open') return this.phase === 'busy' ? 'busy' : 'ended';
    this.phase = 'busy';
    const hash = this.hash.copy();
    try {
      await this.upload.append(hashWhilePassing(bytes, hash));
    } catch (error) {
      this.leaveBusy('open');
      throw error;
    }
    this.hash = hash;
    return this.leaveBusy(next);
  }

  /** It may have been cancelled in the meantime. */
  private leaveBusy(next: 'open' | 'sealed'): AppendOutcome {
    if (this.phase !== 'busy') return 'ended';
    this.phase = next;
    return 'taken';
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
