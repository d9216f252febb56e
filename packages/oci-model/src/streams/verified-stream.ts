import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import type { Descriptor } from '../names/descriptor';
import { algorithmOf, digestOf, finishDigest, shortDigest, type Digest } from '../names/digest';
import { OciError } from '../errors/oci-error';

/**
 * A stream that passes on exactly the content of `descriptor`.
 *
 * It fails with `SIZE_MISMATCH` at the first byte too many or at an early end, and with `DIGEST_MISMATCH` at the end. It
 * holds back the last chunk until everything is verified, so a consumer that waits for the end never mistakes wrong
 * content for complete content.
 */
export function verifiedStream(descriptor: Descriptor): Transform {
  return new VerifiedStream(descriptor);
}

/**
 * Checks content in memory.
 *
 * @throws OciError `SIZE_MISMATCH`, `DIGEST_MISMATCH`
 */
export function verifyBytes(descriptor: Descriptor, bytes: Uint8Array): void {
  if (bytes.byteLength !== descriptor.size) throw sizeMismatch(descriptor, `${bytes.byteLength}`);
  const actual = digestOf(bytes, algorithmOf(descriptor.digest));
  if (actual !== descriptor.digest) throw digestMismatch(descriptor, actual);
}

/**
 * The check itself, chunk by chunk, for code that does not use a `Transform`.
 *
 * Each chunk returns the one before it, which may be passed on: the last one is held back until everything is verified.
 */
export class ContentCheck {
  readonly #hash;
  #sizeBytes = 0;
  #heldBack: Uint8Array | undefined;

  constructor(private readonly descriptor: Descriptor) {
    this.#hash = createHash(algorithmOf(descriptor.digest));
  }

  /** @returns the chunk before this one. @throws OciError `SIZE_MISMATCH` at the first byte too many. */
  accept(piece: Uint8Array): Uint8Array | undefined {
    // An empty chunk must not release the last bytes before they are checked.
    if (piece.byteLength === 0) return undefined;
    this.#sizeBytes += piece.byteLength;
    if (this.#sizeBytes > this.descriptor.size) throw sizeMismatch(this.descriptor, `at least ${this.#sizeBytes}`);
    this.#hash.update(piece);
    const before = this.#heldBack;
    this.#heldBack = piece;
    return before;
  }

  /** @returns the last chunk. @throws OciError `SIZE_MISMATCH`, `DIGEST_MISMATCH` */
  finish(): Uint8Array | undefined {
    if (this.#sizeBytes !== this.descriptor.size) throw sizeMismatch(this.descriptor, `${this.#sizeBytes}`);
    const actual = finishDigest(this.#hash, algorithmOf(this.descriptor.digest));
    if (actual !== this.descriptor.digest) throw digestMismatch(this.descriptor, actual);
    return this.#heldBack;
  }
}

class VerifiedStream extends Transform {
  readonly #check;

  constructor(descriptor: Descriptor) {
    super();
    this.#check = new ContentCheck(descriptor);
    // A short body may fail before it has a reader, and Node ends the process over an error without a listener.
    // A later reader receives the same error: the stream keeps it.
    this.on('error', () => undefined);
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#forward(() => this.#check.accept(chunk), done);
  }

  override _flush(done: TransformCallback): void {
    this.#forward(() => this.#check.finish(), done);
  }

  #forward(check: () => Uint8Array | undefined, done: TransformCallback): void {
    let checked: Uint8Array | undefined;
    try {
      checked = check();
    } catch (error) {
      done(error as OciError);
      return;
    }
    done(undefined, checked);
  }
}

const HINT =
  'The content was truncated or changed in transit or in storage: try again; if it fails again, rebuild or push the image again.';

function sizeMismatch(descriptor: Descriptor, actual: string): OciError {
  const message = `Cannot read ${shortDigest(descriptor.digest)}: it has ${actual} bytes, but its descriptor says ${descriptor.size}.`;
  return new OciError('SIZE_MISMATCH', message, { hint: HINT });
}

function digestMismatch(descriptor: Descriptor, actual: Digest): OciError {
  return new OciError('DIGEST_MISMATCH', `Cannot read ${descriptor.digest}: the content has another digest, ${actual}.`, { hint: HINT });
}
