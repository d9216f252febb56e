import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

/**
 * The stats of a path in a layout, without following links; `undefined` if it does not exist.
 *
 * A layout may be untrusted: a link in it could publish any file of this machine.
 *
 * @throws OciError `LAYOUT_INVALID` if it is a link, or not of the wanted kind.
 */
export async function statPlain(path: string, wanted: 'file' | 'folder'): Promise<Stats | undefined> {
  const stats = await lstatIfThere(path);
  if (stats === undefined || (wanted === 'file' ? stats.isFile() : stats.isDirectory())) return stats;
  const found = stats.isSymbolicLink()
    ? 'a symbolic link'
    : stats.isDirectory()
      ? 'a folder'
      : stats.isFile()
        ? 'a file'
        : 'a device or pipe';
  throw new OciError('LAYOUT_INVALID', `Cannot read ${path}: it is ${found}, not a ${wanted}.`, {
    hint: 'Copy the layout with resolved links, or build it again.',
  });
}

// Windows has neither of the last two. Without O_NONBLOCK, opening a pipe would wait for its writer.
const FLAGS: Readonly<Record<string, number | undefined>> = constants;
const READ_PLAIN = ['O_RDONLY', 'O_NOFOLLOW', 'O_NONBLOCK'].reduce((flags, name) => flags | (FLAGS[name] ?? 0), 0);

/** Opens a file after `statPlain`; refuses a link that has replaced it since. */
export function openPlain(path: string): Promise<FileHandle> {
  return open(path, READ_PLAIN);
}

export async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Reads a small file; of one that grows meanwhile, only the first `sizeBytes`. */
export async function readPlain(path: string, sizeBytes: number): Promise<Buffer> {
  const file = await openPlain(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
