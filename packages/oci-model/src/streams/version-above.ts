import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in the nearest package.json of a folder or above it: a package's own, whether it runs from source or as a bundle. */
export function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file) && folder !== dirname(folder)) return versionAbove(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
