import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of a package, by Node's own lookup: node_modules of this folder, then of each one above it. */
export function packageOf(fromFolder, name) {
  const [scope, second] = name.split('/');
  const plainName = scope.startsWith('@') ? `${scope}/${second}` : scope;
  for (let folder = fromFolder; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', plainName);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) throw new Error(`${plainName} is not installed, seen from ${fromFolder}.`);
  }
}
