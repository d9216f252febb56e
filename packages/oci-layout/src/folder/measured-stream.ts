import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import { finishDigest, type Digest } from '@nx-oci/model';

/** Passes content on and measures its digest and size. */
export class MeasuredStream extends Transform {
  private readonly hash = createHash('sha256');
  private seenBytes = 0;

  /** @param onBytes called with the size of each piece that passes. */
  constructor(private readonly onBytes?: (bytes: number) => void) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.seenBytes += chunk.length;
    this.onBytes?.(chunk.length);
    done(null, chunk);
  }

  /** Call it once, after the end of the stream. `size` is in bytes. */
  measure(): { readonly digest: Digest; readonly size: number } {
    return { digest: finishDigest(this.hash, 'sha256'), size: this.seenBytes };
  }
}
