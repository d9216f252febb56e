import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';

/** The errors of a file system without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Creates a file with all of its content at once, unless it exists. An exclusive write would show it empty for a moment, and for
 * ever if the process is killed in that moment; that is done only where the file system has no hard links.
 *
 * @returns whether it was created
 */
export async function createWhole(file: string, content: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`;
  try {
    await writeFile(own, content);
    // Unlike a rename, it keeps a file that another process has just created.
    await link(own, file).catch((error: unknown) => {
      if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return writeFile(file, content, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}
