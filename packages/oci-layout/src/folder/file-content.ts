import { type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { pooledBuffer } from '@nx-oci/model';

// Four times Node's default, for fewer turns of the event loop per megabyte.
const READ_BYTES = 256 * 1024;

/**
 * The content of a file, from its beginning; closes the file at the end.
 *
 * Not Node's own stream, which allocates memory for each chunk: with three uploads of a large layer, the process grows by half
 * before the memory is collected. This stream reuses released buffers.
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
      // Released twice, it would be used for two chunks at once.
      if (!this.#free.includes(piece)) this.#free.push(piece);
    });
  }
}
