import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { explainSystemError, OciError, READ_ONLY } from '@nx-oci/model';

import { stampOf } from './file-stamp';
import type { FileEntry } from './layer-entry';

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a file in chunks: exactly as many bytes as its header in the archive declares.
 *
 * @throws OciError `LAYER_SOURCE_INVALID` if the file has changed since it was listed. It is thrown after the last chunk: the
 *   archive must then be discarded. `FILE_UNUSABLE` if the disk fails.
 */
export async function* readFileEntry(entry: FileEntry): AsyncGenerator<Buffer, void> {
  const file = await openListed(entry);
  try {
    let left = entry.size;
    while (left > 0) {
      // Named: without a length beside it, Yarn's Plug'n'Play reads nothing into a buffer.
      const piece = { buffer: Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left)) };
      const { buffer, bytesRead } = await file.read(piece).catch((error: unknown) => {
        throw describeFailure(entry, error);
      });
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

/**
 * The same for a small file, at once: a tenth of the processor's time of four calls that each travel to a thread and back.
 * Blocks the process for as long as the file system takes.
 */
export function readSmallFile(entry: FileEntry): Buffer {
  const file = openSmall(entry);
  try {
    const content = Buffer.allocUnsafe(entry.size);
    for (let filled = 0; filled < entry.size;) {
      const bytesRead = readPiece(file, content.subarray(filled), entry);
      if (bytesRead === 0) throw changedMeanwhile(entry);
      filled += bytesRead;
    }
    if (stampOf(fstatSync(file, { bigint: true })).stamp !== entry.stamp) throw changedMeanwhile(entry);
    if (entry.size === 0 && readPiece(file, Buffer.alloc(1), entry) > 0) throw hiddenSize(entry);
    return content;
  } finally {
    closeSync(file);
  }
}

function readPiece(file: number, piece: Buffer, entry: FileEntry): number {
  try {
    return readSync(file, piece);
  } catch (error) {
    throw describeFailure(entry, error);
  }
}

function openSmall(entry: FileEntry): number {
  try {
    return openSync(entry.from, READ_ONLY);
  } catch (error) {
    throw describeFailure(entry, error);
  }
}

async function openListed(entry: FileEntry): Promise<FileHandle> {
  try {
    return await open(entry.from, READ_ONLY);
  } catch (error) {
    throw describeFailure(entry, error);
  }
}

const DENIED = ['EACCES', 'EPERM'];
/** Of what took the place of the file: nothing, a link to nothing or to itself, a socket, a folder, a pipe with a writer. */
const CHANGED = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO', 'EISDIR', 'EAGAIN'];

function describeFailure(entry: FileEntry, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (CHANGED.includes(code)) return changedMeanwhile(entry, error);
  if (DENIED.includes(code)) return invalid(entry, 'permission denied', 'Let this user read it, or `exclude` it.', error);
  // The error of a read does not name the file.
  return explainSystemError({ ...(error as object), path: entry.from }) ?? error;
}

function changedMeanwhile(entry: FileEntry, cause?: unknown): OciError {
  return invalid(entry, 'it was changed or removed while the layer was packed', 'Let the program that writes it finish first.', cause);
}

/** As in /proc: the system makes the content when it is read. */
function hiddenSize(entry: FileEntry): OciError {
  return invalid(entry, 'its size is 0, but it has content', 'Copy it to a regular file, or `exclude` it.');
}

function invalid({ from }: FileEntry, happened: string, hint: string, cause?: unknown): OciError {
  return new OciError('LAYER_SOURCE_INVALID', `Cannot put ${from} into a layer: ${happened}.`, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}
