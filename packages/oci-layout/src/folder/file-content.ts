import { type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { pooledBuffer } from '@nx-oci/model';

// Four times Node's default: fewer turns of the event loop for each megabyte.
const READ_BYTES = 256 * 1024;

/**
 * What is in a file, from its beginning; closes it.
 *
 * Not Node's own stream, which takes new memory for each piece: three uploads of a large layer leave so much of it behind
 * that the process grows by half before it is collected. Pieces that are given back are filled again.
 */
export function readFileContent(file: FileHandle): Readable {
  return new FileContent(file);
}

class FileContent extends Readable {
  readonly #free: Buffer[] = [];

  constructor(private readonly file: FileHandle) {
    super({ highWaterMark: READ_BYTES });
  }

  override _read(): void {
    const piece = this.#free.pop() ?? this.#makePiece();
    this.file.read(piece, 0, piece.byteLength, null).then(
      ({ bytesRead }) => this.push(bytesRead === 0 ? null : bytesRead === piece.byteLength ? piece : piece.subarray(0, bytesRead)),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.file.close().then(
      () => done(error),
      (failed: unknown) => done(error ?? (failed as Error)),
    );
  }

  #makePiece(): Buffer {
    const piece = Buffer.allocUnsafeSlow(READ_BYTES);
    return pooledBuffer(piece, () => {
      // Given back twice, it would be two pieces at once.
      if (!this.#free.includes(piece)) this.#free.push(piece);
    });
  }
}
