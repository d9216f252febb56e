import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

import { stampOf } from './file-stamp';
import type { FileEntry } from './layer-entry';

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a file in chunks: exactly as many bytes as its header in the archive declares.
 *
 * @throws OciError `LAYER_SOURCE_INVALID` if the file has changed since it was listed. It is thrown after the last chunk: the
 *   archive must then be discarded.
 */
export async function* readFileEntry(entry: FileEntry): AsyncGenerator<Buffer, void> {
  const file = await openListed(entry);
  try {
    let left = entry.size;
    while (left > 0) {
      // Named: without a length beside it, Yarn's Plug'n'Play reads nothing into a buffer.
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left)) });
      if (bytesRead === 0) throw changedMeanwhile(entry);
      yield buffer.subarray(0, bytesRead);
      left -= bytesRead;
    }
    // Compared at the end, the stamp also shows changes before the first chunk.
    if (stampOf(await file.stat({ bigint: true })).stamp !== entry.stamp) throw changedMeanwhile(entry);
  } finally {
    await file.close();
  }
}

// A pipe that took the place of the file must not block the process.
const READ_ONLY = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * The same for a small file, at once: a tenth of the processor's time of four calls that each travel to a thread and back.
 * Blocks the process for as long as the file system takes.
 */
export function readSmallFile(entry: FileEntry): Buffer {
  const file = openSmall(entry);
  try {
    const content = Buffer.allocUnsafe(entry.size);
    for (let filled = 0; filled < entry.size;) {
      const bytesRead = readSync(file, content, filled, entry.size - filled, null);
      if (bytesRead === 0) throw changedMeanwhile(entry);
      filled += bytesRead;
    }
    if (stampOf(fstatSync(file, { bigint: true })).stamp !== entry.stamp) throw changedMeanwhile(entry);
    return content;
  } finally {
    closeSync(file);
  }
}

function openSmall(entry: FileEntry): number {
  try {
    return openSync(entry.from, READ_ONLY);
  } catch (error) {
    throw changedMeanwhile(entry, error);
  }
}

async function openListed(entry: FileEntry): Promise<FileHandle> {
  try {
    return await open(entry.from);
  } catch (error) {
    throw changedMeanwhile(entry, error);
  }
}

function changedMeanwhile(entry: FileEntry, cause?: unknown): OciError {
  const isDenied = ['EACCES', 'EPERM'].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
  const happened = isDenied ? 'permission denied' : 'it was changed or removed while the layer was packed';
  return new OciError('LAYER_SOURCE_INVALID', `Cannot put ${entry.from} into a layer: ${happened}.`, {
    hint: isDenied ? 'Let this user read it, or `exclude` it.' : 'Let the program that writes it finish first.',
    ...(cause !== undefined && { cause }),
  });
}
