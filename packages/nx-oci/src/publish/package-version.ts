import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The version in a folder's package.json; `undefined` where there is no such file or no version in it. */
export async function readPackageVersion(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw error;
  });
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
}
