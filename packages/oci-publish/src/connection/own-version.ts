import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this package, from the package.json that lies above source and build alike. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { readonly version: string };
  return version;
}
