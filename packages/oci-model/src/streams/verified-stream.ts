import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import type { Descriptor } from '../names/descriptor';
import { algorithmOf, digestOf, finishDigest, shortDigest, type Digest } from '../names/digest';
import { OciError } from '../errors/oci-error';

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

/**
 * The check itself, piece by piece, for whoever moves content by other means than a `Transform`.
 *
 * Each piece gives back the one before it, which may be passed on: the last one is held back until all is known to be right.
 */
export class ContentCheck {
  readonly #hash;
  #sizeBytes = 0;
  #heldBack: Uint8Array | undefined;

  constructor(private readonly descriptor: Descriptor) {
    this.#hash = createHash(algorithmOf(descriptor.digest));
  }

  /** @returns the piece before this one. @throws OciError `SIZE_MISMATCH` when there is one byte too many. */
  accept(piece: Uint8Array): Uint8Array | undefined {
    // An empty piece must not push the last bytes out before they are checked.
    if (piece.byteLength === 0) return undefined;
    this.#sizeBytes += piece.byteLength;
    if (this.#sizeBytes > this.descriptor.size) throw sizeMismatch(this.descriptor, `at least ${this.#sizeBytes}`);
    this.#hash.update(piece);
    const before = this.#heldBack;
    this.#heldBack = piece;
    return before;
  }

  /** @returns the last piece. @throws OciError `SIZE_MISMATCH`, `DIGEST_MISMATCH` */
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
    // A short body is judged before anybody reads it, and Node ends the process over an error that nobody listens to.
    // Whoever reads later is given the same error: the stream keeps it.
    this.on('error', () => undefined);
  }

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pass(() => this.#check.accept(chunk), done);
  }

  override _flush(done: TransformCallback): void {
    this.#pass(() => this.#check.finish(), done);
  }

  #pass(check: () => Uint8Array | undefined, done: TransformCallback): void {
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

const HINT = 'The content was cut off or changed on its way or where it is kept: try again, and if it stays so, build or push it anew.';

function sizeMismatch(descriptor: Descriptor, actual: string): OciError {
  const message = `Reading ${shortDigest(descriptor.digest)} gave ${actual} bytes; its descriptor says ${descriptor.size}.`;
  return new OciError('SIZE_MISMATCH', message, { hint: HINT });
}

function digestMismatch(descriptor: Descriptor, actual: Digest): OciError {
  return new OciError('DIGEST_MISMATCH', `Reading ${descriptor.digest} gave other content: its digest is ${actual}.`, { hint: HINT });
}
