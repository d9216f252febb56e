import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { OciError } from './oci-error';

/** Longest file of a workspace that is read as a whole, unless the caller says otherwise. */
const LIMIT_BYTES = 8 * 1024 * 1024;

// Opening a pipe waits for whoever writes to it, unless told not to. Windows has no such flag.
const FLAGS: Readonly<Record<string, number | undefined>> = constants;
const READ_ONLY = constants.O_RDONLY | (FLAGS['O_NONBLOCK'] ?? 0);

/**
 * Reads a file as UTF-8, if it is there: never a pipe or a device, which may have no end, and never more than is allowed.
 *
 * @returns `undefined` where there is no such file.
 * @throws OciError `FILE_UNUSABLE` for anything else than a file of at most `limitBytes`; errors of the system as they come
 *   (see `explainSystemError`).
 */
export async function readTextFile(path: string, limitBytes = LIMIT_BYTES): Promise<string | undefined> {
  return (await readSmallFile(path, limitBytes))?.toString('utf8');
}

/** The same as bytes. */
export async function readSmallFile(path: string, limitBytes = LIMIT_BYTES): Promise<Buffer | undefined> {
  const file = await openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unusable(path, stats.isDirectory() ? 'it is a folder' : 'it is a pipe or device, not a file');
    return await readUpTo(file, path, { sizeBytes: stats.size, limitBytes });
  } finally {
    await file.close();
  }
}

/** Reads to the end rather than up to a size: files such as those of `/proc` say 0. */
async function readUpTo(file: FileHandle, path: string, { sizeBytes, limitBytes }: Readonly<Record<'sizeBytes' | 'limitBytes', number>>) {
  const tooLong = () => unusable(path, `it has more than ${limitBytes} bytes`);
  if (sizeBytes > limitBytes) throw tooLong();
  const pieces: Buffer[] = [];
  let readBytes = 0;
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.max(4096, sizeBytes + 1)));
    if (bytesRead === 0) return Buffer.concat(pieces, readBytes);
    readBytes += bytesRead;
    if (readBytes > limitBytes) throw tooLong();
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, READ_ONLY);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function unusable(path: string, reason: string): OciError {
  return new OciError('FILE_UNUSABLE', `Cannot read ${path}: ${reason}.`, { hint: 'Put the file that is meant there, or remove it.' });
}
