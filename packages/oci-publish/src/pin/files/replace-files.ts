import { chmod, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

import { type TextFile } from './read-texts';
import { temporaryBeside } from './temporary-file';

const CHANGED = 'it was changed by another program meanwhile';

/** A file, and its new content. */
export interface Replacement {
  readonly file: TextFile;
  readonly text: string;
}

/**
 * Replaces files together: all new contents are written beside them first, then renamed, which no reader sees half done. If one
 * cannot be replaced, those before it get their old content back.
 *
 * @throws OciError `FILE_UNUSABLE` with nothing changed, or with what could not be undone.
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<void> {
  const prepared: Prepared[] = [];
  const replaced: TextFile[] = [];
  let current = '';
  try {
    for (const { file, text } of replacements) {
      current = file.path;
      prepared.push({ file, temporary: await writeBeside(file, Buffer.from(file.mark + text)) });
    }
    for (const { file, temporary } of prepared) {
      current = file.path;
      if (!(await readFile(file.realPath)).equals(file.bytes)) throw new Error(CHANGED);
      await rename(temporary, file.realPath);
      replaced.push(file);
    }
  } catch (error) {
    const stuck = await restore(replaced);
    await Promise.all(prepared.map(({ temporary }) => rm(temporary, { force: true })));
    throw new OciError('FILE_UNUSABLE', `Cannot write ${current}: ${describe(error)}.`, {
      hint:
        stuck.length === 0
          ? `No file was changed. ${adviceFor(error)}`
          : `These files are changed, and could not be changed back: ${stuck.join(', ')}.`,
      cause: error,
    });
  }
}

interface Prepared {
  readonly file: TextFile;
  readonly temporary: string;
}

async function writeBeside({ realPath, mode, owner }: TextFile, bytes: Buffer): Promise<string> {
  const temporary = temporaryBeside(realPath);
  try {
    await writeFile(temporary, bytes, { mode, flag: 'wx' });
    await keepOwner(temporary, owner);
    // The umask does not apply to it.
    await chmod(temporary, mode);
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** As root in a container, a pin would take the files of their owner away. */
async function keepOwner(file: string, { uid, gid }: TextFile['owner']): Promise<void> {
  if (process.getuid?.() !== 0) return;
  // A namespace of users, or a file system, may not have that owner: then the file stays ours, as with other editors.
  await chown(file, uid, gid).catch(() => undefined);
}

/** @returns the files that could not be restored */
async function restore(files: readonly TextFile[]): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(files.map(async (file) => rename(await writeBeside(file, file.bytes), file.realPath)));
  return files.filter((_, index) => outcomes[index]?.status === 'rejected').map(({ path }) => path);
}

function adviceFor(error: unknown): string {
  return (error as Error).message === CHANGED
    ? 'Run again, to pin what it has now.'
    : 'Make the file and its folder writable, and run again.';
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
