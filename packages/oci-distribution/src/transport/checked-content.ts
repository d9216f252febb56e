import { Readable } from 'node:stream';

import { ContentCheck, type Descriptor } from '@nx-oci/model';

// A few network reads of 64 KiB: with a smaller buffer, every read would pause and resume the connection.
const BUFFERED_BYTES = 256 * 1024;

/**
 * The verified content of a download, over all connections that it takes.
 *
 * Not a `Transform`, which costs as much as the digest: this stream has no input queue, but pauses the connection itself.
 */
export class CheckedContent extends Readable {
  readonly #check;
  #source: Readable | undefined;
  // The buffer is filled before the first read.
  #isWanted = true;

  constructor(descriptor: Descriptor) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#check = new ContentCheck(descriptor);
    // A short body may fail before it has a reader, and Node ends the process over an error without a listener.
    // A later reader receives the same error: the stream keeps it.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#source?.resume();
  }

  /** Controls the pace of `source`, whose chunks are passed to `accept`. */
  takeFrom(source: Readable): void {
    this.#source = source;
    if (!this.#isWanted) source.pause();
  }

  accept(piece: Uint8Array): void {
    this.#attempt(() => {
      const checked = this.#check.accept(piece);
      if (checked === undefined || this.push(checked)) return;
      this.#isWanted = false;
      this.#source?.pause();
    });
  }

  /** Ends the content. */
  finish(): void {
    this.#attempt(() => {
      const last = this.#check.finish();
      if (last !== undefined) this.push(last);
      this.push(null);
    });
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
