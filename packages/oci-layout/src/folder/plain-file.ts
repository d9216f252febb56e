import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

/**
 * What is at a path of a layout, links not followed; `undefined` when there is nothing.
 *
 * A layout may come from anywhere: a link in it could name any file of this machine and have it published.
 *
 * @throws OciError `LAYOUT_INVALID` when it is a link, or anything else than what is wanted.
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
  throw new OciError('LAYOUT_INVALID', `Cannot read ${path}: it is ${found}, and only a ${wanted} is read there.`, {
    hint: 'Copy the layout with its links resolved, or build it again.',
  });
}

// Windows has neither of the last two. Opening a pipe would wait for its writer without O_NONBLOCK.
const FLAGS: Readonly<Record<string, number | undefined>> = constants;
const READ_PLAIN = ['O_RDONLY', 'O_NOFOLLOW', 'O_NONBLOCK'].reduce((flags, name) => flags | (FLAGS[name] ?? 0), 0);

/** Opens a file for reading that `statPlain` has seen; also refuses a link that has come into its place since. */
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

/** Reads all of a small file; one that grows meanwhile is read as far as it was long. */
export async function readPlain(path: string, sizeBytes: number): Promise<Buffer> {
  const file = await openPlain(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
