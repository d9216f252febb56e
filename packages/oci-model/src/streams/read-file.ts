import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { OciError } from '../errors/oci-error';

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
    refuseOthers(path, stats);
    return await readUpTo(file, path, { sizeBytes: stats.size, limitBytes });
  } finally {
    await file.close();
  }
}

/** `readTextFile` where nothing may be waited for. A file that grows meanwhile is read whole. */
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

/** Reads to the end rather than up to a size: files such as those of `/proc` say 0. */
async function readUpTo(file: FileHandle, path: string, { sizeBytes, limitBytes }: Readonly<Record<'sizeBytes' | 'limitBytes', number>>) {
  if (sizeBytes > limitBytes) throw tooLong(path, limitBytes);
  const pieces: Buffer[] = [];
  let readBytes = 0;
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.max(4096, sizeBytes + 1)));
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
  return new OciError('FILE_UNUSABLE', `Cannot read ${path}: ${reason}.`, { hint: 'Put the file that is meant there, or remove it.' });
}
