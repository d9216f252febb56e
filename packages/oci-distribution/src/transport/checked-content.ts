import { Readable } from 'node:stream';

import { ContentCheck, type Descriptor } from '@nx-oci/model';

// Some pieces of 64 KiB, as they come from the network: fewer, and every one of them stops and starts its connection.
const BUFFERED_BYTES = 256 * 1024;

/**
 * What a reader gets of a download: pieces that are checked, over all the connections that it takes.
 *
 * Not a `Transform`, which costs a copy as much as its digest does: there is no queue on the way in, the connection itself
 * is held back.
 */
export class CheckedContent extends Readable {
  readonly #check;
  #source: Readable | undefined;
  // As much as is buffered is taken before anybody reads.
  #isWanted = true;

  constructor(descriptor: Descriptor) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#check = new ContentCheck(descriptor);
    // A short body is judged before anybody reads it, and Node ends the process over an error that nobody listens to.
    // Whoever reads later is given the same error: the stream keeps it.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#source?.resume();
  }

  /** Takes what follows from `source`, which gives it to `accept`, at the reader's pace. */
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

  /** There is no more. */
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
