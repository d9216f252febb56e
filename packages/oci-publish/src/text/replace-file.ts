import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Permissions of new files, subject to the process' umask. */
export interface FileModes {
  readonly mode?: number;
  /** For missing folders. */
  readonly folderMode?: number;
}

/**
 * Replaces a file atomically: a reader sees the old or the new one. Creates its folder if it is
 * missing, and leaves nothing behind when it fails.
 */
export async function replaceFile(file: string, text: string, modes: FileModes = {}): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    await writeInFolder(temporary, text, modes);
    await rename(temporary, file);
  } catch (error) {
    // Report the first failure.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The folder nearly always exists, and checking for it costs as much as writing. */
async function writeInFolder(file: string, text: string, { mode, folderMode }: FileModes): Promise<void> {
  try {
    await writeFile(file, text, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(file), { recursive: true, mode: folderMode });
    await writeFile(file, text, { mode });
  }
}
