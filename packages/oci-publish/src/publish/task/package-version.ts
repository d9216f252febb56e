import { join } from 'node:path';

import { readTextFile } from '@nx-oci/model';

/** The version in a folder's package.json; `undefined` where there is no such file or no version in it. */
export async function readPackageVersion(folder: string): Promise<string | undefined> {
  const text = (await readTextFile(join(folder, 'package.json'))) ?? '{}';
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
}
