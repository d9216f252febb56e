/**
 * `npm run docs`: builds the documentation as a static site into dist/docs, with an installation of its own. `npm run docs -- --serve`
 * shows it at http://localhost:4173.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { copySource } from './copy-source.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const INSTALLED = join(HERE, 'node_modules/.package-lock.json');
const LOCK = join(HERE, 'package-lock.json');

if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
  console.log('Installing what builds the site.');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: HERE, stdio: 'inherit', shell: process.platform === 'win32' });
}
const count = copySource({ from: join(ROOT, 'docs'), home: join(HERE, 'home.md'), to: join(HERE, '.source'), root: ROOT });
const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/nx-oci/package.json'), 'utf8'));
const command = process.argv.includes('--serve') ? ['build', 'preview'] : ['build'];
for (const word of command) {
  const program = join(HERE, 'node_modules/vitepress/bin/vitepress.js');
  execFileSync(process.execPath, [program, word, HERE], { stdio: 'inherit', env: { ...process.env, NX_OCI_VERSION: version } });
}
console.log(`${count} pages in dist/docs.`);
