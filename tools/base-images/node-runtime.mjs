/**
 * Copies the Node that runs this file, and every shared library it needs, into a folder. FROM scratch with this folder
 * at / runs node at /usr/local/bin/node. Linux only; needs no internet and no engine.
 *
 *     node tools/base-images/node-runtime.mjs --output dist/node-runtime
 */
import { chmodSync, copyFileSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { emptyOutput } from './empty-output.mjs';
import { fail } from './fail.mjs';
import { fixTimes } from './fix-times.mjs';
import { sharedLibrariesOf } from './shared-libraries.mjs';
import { readOptions } from '../workspace/read-options.mjs';

process.umask(0o022); // the same modes on every machine

const nodeInImage = join('usr', 'local', 'bin', 'node');

const values = readOptions("Makes the files of a base image from this machine's Node.", {
  output: { type: 'string', help: 'FOLDER  gets the files' },
});
if (!values.output) fail('--output is missing: give a folder.');
if (process.platform !== 'linux') {
  fail(
    `Cannot make a base image from this machine's Node: an image needs a Node for Linux, and this one is for ${process.platform}. ` +
      'Use the slim configuration instead, whose base is docker.io/library/node:22-slim: --configuration=slim',
  );
}

const output = resolve(values.output);
const node = realpathSync(process.execPath);
const libraries = sharedLibrariesOf(node);
emptyOutput(output, nodeInImage);
copy(node, nodeInImage);
for (const library of libraries) copy(library, library);
fixTimes(output);
console.log(`Wrote ${output}: Node ${process.version} at /${nodeInImage} and ${libraries.length} shared libraries.`);

/**
 * Copies the file itself if `from` is a link: the loader looks for the name of the link.
 *
 * @param {string} from
 * @param {string} to its path in the image
 */
function copy(from, to) {
  const target = join(output, to);
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  copyFileSync(realpathSync(from), target);
  chmodSync(target, statSync(from).mode & 0o777);
}
