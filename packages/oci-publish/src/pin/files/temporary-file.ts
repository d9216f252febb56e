import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

// Far longer than a pin takes from writing a file to renaming it.
const STALE_MS = 60_000;
const SUFFIX = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The file beside another one that is renamed to it, in the same folder, since a rename does not reach another file system. */
export function temporaryBeside(file: string): string {
  return join(dirname(file), `${prefixOf(file)}${randomUUID()}`);
}

/** Whether a path with `/` is that of such a file, which a killed pin has left. */
export function isTemporary(path: string): boolean {
  const [, suffix = ''] = /^\..+\.nx-oci-(.+)$/.exec(posix.basename(path)) ?? [];
  return SUFFIX.test(suffix);
}

/** Removes what killed pins have left beside files, but for what may be of a pin that still runs. */
export async function removeStale(files: readonly string[]): Promise<void> {
  // Where it cannot be removed, it is in nobody's way: no pin reads it.
  await Promise.allSettled(files.map(removeBeside));
}

async function removeBeside(file: string): Promise<void> {
  const folder = dirname(file);
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefixOf(file)) && isTemporary(name));
  for (const path of names.map((name) => join(folder, name))) {
    if (Date.now() - (await stat(path)).mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

function prefixOf(file: string): string {
  return `.${basename(file)}.nx-oci-`;
}
