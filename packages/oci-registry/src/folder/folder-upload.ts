import { createReadStream } from 'node:fs';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import type { Digest } from '@nx-oci/model';

import type { Upload } from '../storage/storage';
import { waitForFile } from './open-file-limiter';

/** An upload into a folder, in a temporary file. */
export class FolderUpload implements Upload {
  private size = 0;

  constructor(
    private readonly file: string,
    /** Moves the file to the stored content. */
    private readonly keep: (file: string, digest: Digest) => Promise<void>,
  ) {}

  get sizeBytes(): number {
    return this.size;
  }

  async append(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const handle = await waitForFile(() => open(this.file, 'r+'));
    try {
      this.size = await writeFrom(handle, this.size, bytes);
    } catch (error) {
      await handle.truncate(this.size);
      throw error;
    } finally {
      await handle.close();
    }
  }

  read(): Readable {
    return createReadStream(this.file);
  }

  async publish(digest: Digest): Promise<void> {
    const { size } = await stat(this.file);
    // A failed chunk may have left bytes that could not be truncated: they were never hashed.
    if (size !== this.size) throw new Error(`The draft ${this.file} has ${size} bytes instead of ${this.size}.`);
    await this.keep(this.file, digest);
  }

  async discard(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** Writes at `position` and resolves to the position after the last byte. */
async function writeFrom(handle: FileHandle, position: number, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let end = position;
  for await (const piece of bytes) {
    await writeWhole(handle, piece, end);
    end += piece.byteLength;
  }
  return end;
}

// One write may be partial, on a full disk for example.
async function writeWhole(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < piece.byteLength) {
    const { bytesWritten } = await handle.write(piece, done, piece.byteLength - done, position + done);
    done += bytesWritten;
  }
}
