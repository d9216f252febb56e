/**
 * Makes what is packed of a package, in the package's folder: `node ../../tools/bundle/main.mjs`.
 *
 * `dist/bundle.js` holds the package's own code, each module of it run when it is first asked for; a file for each of its entry
 * points opens it; `dist/third-party` holds the libraries of others, one file each, with their licences beside.
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
const libraries = await bundleSources({ root, dist, entries });
for (const entry of entries) writeOpener({ root, dist, entry });
const inputs = await bundleLibraries({ root, dist, libraries });
writeLicenses({ file: join(dist, 'third-party', 'LICENSES.txt'), inputs });
console.log(`${entries.length} entry points, ${libraries.length} libraries of others`);
