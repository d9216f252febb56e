import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import type { Descriptor } from './descriptor';
import { algorithmOf, digestOf, finishDigest, shortDigest, type Digest } from './digest';
import { OciError } from './oci-error';

/**
 * A stream that lets exactly the content of `descriptor` through.
 *
 * It fails with `SIZE_MISMATCH` as soon as there is one byte too many, or at an early end, and with `DIGEST_MISMATCH`
 * at the end. The last chunk is held back until all is known to be right, so a consumer that waits for the end
 * never takes wrong content for whole.
 */
export function verifiedStream(descriptor: Descriptor): Transform {
  return new VerifiedStream(descriptor);
}

/**
 * Checks content that is in memory.
 *
 * @throws OciError `SIZE_MISMATCH`, `DIGEST_MISMATCH`
 */
export function verifyBytes(descriptor: Descriptor, bytes: Uint8Array): void {
  if (bytes.byteLength !== descriptor.size) throw sizeMismatch(descriptor, `${bytes.byteLength}`);
  const actual = digestOf(bytes, algorithmOf(descriptor.digest));
  if (actual !== descriptor.digest) throw digestMismatch(descriptor, actual);
}

class VerifiedStream extends Transform {
  readonly #hash;
  #sizeBytes = 0;
  #heldBack: Uint8Array | undefined;

  constructor(private readonly descriptor: Descriptor) {
    super();
    this.#hash = createHash(algorithmOf(descriptor.digest));
    // A short body is judged before anybody reads it, and Node ends the process over an error that nobody listens to.
    // Whoever reads later is given the same error: the stream keeps it.
    this.on('error', () => undefined);
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#sizeBytes += chunk.byteLength;
    if (this.#sizeBytes > this.descriptor.size) {
      done(sizeMismatch(this.descriptor, `at least ${this.#sizeBytes}`));
      return;
    }
    // An empty chunk must not push the last bytes out before they are checked.
    if (chunk.byteLength > 0) this.#hold(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    const failure = this.#judge();
    if (failure === undefined && this.#heldBack !== undefined) this.push(this.#heldBack);
    done(failure);
  }

  #hold(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    if (this.#heldBack !== undefined) this.push(this.#heldBack);
    this.#heldBack = chunk;
  }

  #judge(): OciError | undefined {
    if (this.#sizeBytes !== this.descriptor.size) return sizeMismatch(this.descriptor, `${this.#sizeBytes}`);
    const actual = finishDigest(this.#hash, algorithmOf(this.descriptor.digest));
    return actual === this.descriptor.digest ? undefined : digestMismatch(this.descriptor, actual);
  }
}

const HINT = 'The content was cut off or changed on its way or where it is kept: try again, and if it stays so, build or push it anew.';

function sizeMismatch(descriptor: Descriptor, actual: string): OciError {
  const message = `Reading ${shortDigest(descriptor.digest)} gave ${actual} bytes; its descriptor says ${descriptor.size}.`;
  return new OciError('SIZE_MISMATCH', message, { hint: HINT });
}

function digestMismatch(descriptor: Descriptor, actual: Digest): OciError {
  return new OciError('DIGEST_MISMATCH', `Reading ${descriptor.digest} gave other content: its digest is ${actual}.`, { hint: HINT });
}
