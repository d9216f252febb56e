import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { OciError } from '../errors/oci-error';

/** Largest file that is read as a whole, unless the caller gives another limit. */
const LIMIT_BYTES = 8 * 1024 * 1024;

const FLAGS: Readonly<Record<string, number | undefined>> = constants;

/**
 * Flags for `open`: a pipe that took the place of a file blocks neither the process nor one of its threads. Without the second
 * flag, which Windows does not have, opening a pipe waits for a writer.
 */
export const READ_ONLY = constants.O_RDONLY | (FLAGS['O_NONBLOCK'] ?? 0);

/**
 * Reads a file as UTF-8, if it exists: never a pipe or a device, which may have no end, and never more than the limit.
 *
 * @returns `undefined` if there is no such file.
 * @throws OciError `FILE_UNUSABLE` for anything but a regular file of at most `limitBytes`; system errors unchanged
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
    refuseOthers(path, stats);
    return await readUpTo(file, path, { sizeBytes: stats.size, limitBytes });
  } finally {
    await file.close();
  }
}

/** Synchronous `readTextFile`. A file that grows meanwhile is read completely. */
export function readTextFileSync(path: string, limitBytes = LIMIT_BYTES): string | undefined {
  const file = openSyncIfThere(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    refuseOthers(path, stats);
    if (stats.size > limitBytes) throw tooLong(path, limitBytes);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function refuseOthers(path: string, stats: Stats): void {
  if (!stats.isFile()) throw unusable(path, stats.isDirectory() ? 'it is a folder' : 'it is a pipe or device, not a file');
}

/** Reads to the end rather than up to a size: files in `/proc` report size 0. */
async function readUpTo(file: FileHandle, path: string, { sizeBytes, limitBytes }: Readonly<Record<'sizeBytes' | 'limitBytes', number>>) {
  if (sizeBytes > limitBytes) throw tooLong(path, limitBytes);
  const pieces: Buffer[] = [];
  let readBytes = 0;
  for (;;) {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(Math.max(4096, sizeBytes + 1)) });
    if (bytesRead === 0) return Buffer.concat(pieces, readBytes);
    readBytes += bytesRead;
    if (readBytes > limitBytes) throw tooLong(path, limitBytes);
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, READ_ONLY);
  } catch (error) {
    throwUnlessMissing(error);
    return undefined;
  }
}

function openSyncIfThere(path: string): number | undefined {
  try {
    return openSync(path, READ_ONLY);
  } catch (error) {
    throwUnlessMissing(error);
    return undefined;
  }
}

function throwUnlessMissing(error: unknown): void {
  if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

function tooLong(path: string, limitBytes: number): OciError {
  return unusable(path, `it has more than ${limitBytes} bytes`);
}

function unusable(path: string, reason: string): OciError {
  return new OciError('FILE_UNUSABLE', `Cannot read ${path}: ${reason}.`, {
    hint: 'Replace it with a regular file of the expected content, or remove it.',
  });
}
