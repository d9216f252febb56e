import { createHash, type Hash } from 'node:crypto';

import { algorithmOf, finishDigest, type Digest, type DigestAlgorithm } from '@nx-oci/model';

import type { Upload } from '../storage/storage';

/** `ended`: the upload accepts nothing more. */
export type AppendOutcome = 'taken' | 'busy' | 'ended';

/**
 * One upload: the content, and its running digest.
 *
 * The digest is computed while the content arrives; it is only read again if the client ends with another algorithm than it
 * began with.
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

  /** Appends a whole chunk or nothing. `busy` while another chunk is being received: their bytes would mix. */
  append(bytes: AsyncIterable<Uint8Array>): Promise<AppendOutcome> {
    return this.appendThen('open', bytes);
  }

  /**
   * Appends the last chunk and seals the upload in the same turn, so that the verified content cannot change. If the chunk
   * fails, the upload stays open.
   */
  appendLast(bytes: AsyncIterable<Uint8Array>): Promise<AppendOutcome> {
    return this.appendThen('sealed', bytes);
  }

  /** Whether the content matches `digest`. */
  async matches(digest: Digest): Promise<boolean> {
    return (await this.computeDigest(algorithmOf(digest))) === digest;
  }

  /** For a sealed upload whose digest was verified. */
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

  /** The upload may have been cancelled meanwhile. */
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
