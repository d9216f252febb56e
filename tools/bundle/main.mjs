/**
 * Makes the packed files of a package, in the package's folder: `node ../../tools/bundle/main.mjs [--rooms]`.
 *
 * `dist/bundle` contains the package's own code, each module of it run at its first use: in one file, or with `--rooms` in one
 * for each folder of `src`, for packages of which most users need a part only. A file for each entry point loads it;
 * `dist/third-party` contains the third-party libraries, one file each, with their licences.
 */
import { join } from 'node:path';

import { bundleLibraries } from './bundle-libraries.mjs';
import { bundleSources } from './bundle-sources.mjs';
import { findEntries } from './find-entries.mjs';
import { removeLeftovers } from './remove-leftovers.mjs';
import { writeLicenses } from './write-licenses.mjs';
import { writeOpener } from './write-opener.mjs';

const root = process.cwd();
const dist = join(root, 'dist');
const entries = findEntries(root);
removeLeftovers(root);
const roomOf = process.argv.includes('--rooms') ? folderOf : () => 'all';
const libraries = await bundleSources({ root, dist, entries, roomOf });
for (const entry of entries) writeOpener({ root, dist, entry, room: roomOf(entry) });
const inputs = await bundleLibraries({ root, dist, libraries });
writeLicenses({ file: join(dist, 'third-party', 'LICENSES.txt'), inputs });
console.log(`${entries.length} entry points, ${libraries.length} third-party libraries`);

/** The folder of `src` that a module is in. Modules beside those folders have their own room. */
function folderOf(name) {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : 'door';
}
