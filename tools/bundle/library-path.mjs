import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * From where a bundle loads a third-party library: from one of our packages that it depends on and that contains it, else from
 * its own package. So our packages share one copy of each.
 */
export function libraryPath(root, name) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = `${name.replaceAll('/', '-')}.js`;
  const holder = Object.keys(dependencies).find(
    (dependency) =>
      dependency.startsWith('@nx-oci/') &&
      opensItsLibraries(root, dependency) &&
      existsSync(join(folderOf(root, dependency), 'dist/third-party', file)),
  );
  return holder === undefined ? { isOwn: true, path: `../third-party/${file}` } : { isOwn: false, path: `${holder}/third-party/${file}` };
}

function opensItsLibraries(root, dependency) {
  const { exports } = JSON.parse(readFileSync(join(folderOf(root, dependency), 'package.json'), 'utf8'));
  return './third-party/*' in exports;
}

function folderOf(root, dependency) {
  return join(root, '..', '..', 'node_modules', dependency);
}
