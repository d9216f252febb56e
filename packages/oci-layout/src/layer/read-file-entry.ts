import { open, type FileHandle } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

import { stampOf } from './file-stamp';
import type { FileEntry } from './layer-entry';

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a file piece by piece: exactly as many bytes as its header in the archive says.
 *
 * @throws OciError `LAYER_SOURCE_INVALID` when the file is no longer what it was when it was listed. The last piece is
 *   given before that is known: what was made of it so far must be thrown away.
 */
export async function* readFileEntry(entry: FileEntry): AsyncGenerator<Buffer, void> {
  const file = await openListed(entry);
  try {
    let left = entry.size;
    while (left > 0) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left)));
      if (bytesRead === 0) throw changedMeanwhile(entry);
      yield buffer.subarray(0, bytesRead);
      left -= bytesRead;
    }
    // Looked at afterwards, this also tells of changes from before the first piece.
    if (stampOf(await file.stat({ bigint: true })).stamp !== entry.stamp) throw changedMeanwhile(entry);
  } finally {
    await file.close();
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
  const happened = isDenied ? 'it may not be read' : 'it was changed or removed while the layer was packed';
  return new OciError('LAYER_SOURCE_INVALID', `Cannot put ${entry.from} into a layer: ${happened}.`, {
    hint: isDenied
      ? 'Give this user the right to read it, or `exclude` it.'
      : 'Let whatever writes it end first: is its target in `dependsOn`?',
    ...(cause !== undefined && { cause }),
  });
}
