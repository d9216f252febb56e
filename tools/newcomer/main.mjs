// `npm run newcomer [-- 22-npm 24-pnpm | --pairwise]`: a newcomer's way with each Nx and package manager, and a table of how it went.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ALL, PAIRWISE, parseCombinations } from './combinations.mjs';
import { servePackages } from './serve-packages.mjs';
import { tryCombination } from './try-combination.mjs';

const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry', 'oci-publish', 'nx-oci'];

const words = process.argv.slice(2);
const asked = words.length === 0 ? ALL : words[0] === '--pairwise' ? PAIRWISE : parseCombinations(words);

const scratch = mkdtempSync(join(tmpdir(), 'nx-oci-newcomer-'));
const packed = join(scratch, 'packed');
mkdirSync(packed);
const { version } = JSON.parse(readFileSync(join(WORKSPACE, 'packages/nx-oci/package.json'), 'utf8'));
execFileSync('npx', ['nx', 'run-many', '-t', 'build'], { cwd: WORKSPACE, stdio: 'inherit' });
for (const name of PACKAGES) {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: join(WORKSPACE, 'packages', name) });
}
for (const name of readdirSync(packed)) {
  const files = execFileSync('tar', ['-tzf', join(packed, name)], { encoding: 'utf8' });
  if (!files.includes('package/LICENSE')) throw new Error(`${name} holds no LICENSE`);
  if (/third-party\/.*\.js$/m.test(files) && !files.includes('third-party/LICENSES.txt')) {
    throw new Error(`${name} holds libraries of others without their licences`);
  }
}
// Package managers that this machine may not have.
const managers = join(scratch, 'managers');
mkdirSync(managers);
writeFileSync(join(managers, 'package.json'), '{}');
execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', 'pnpm@10', 'yarn@1'], { cwd: managers });

const server = await servePackages(packed, version);
const archive = join(packed, `nx-oci-${version}.tgz`);
const rows = [];
for (const combination of asked) {
  const start = Date.now();
  const name = `Nx ${combination.nx}  ${combination.manager.padEnd(4)}`;
  try {
    const result = await tryCombination(combination, { archive, scopeUrl: server.url, programs: join(managers, 'node_modules/.bin') });
    rows.push(`${name}  ok      ${Math.round((Date.now() - start) / 1000)} s  ${result}`);
  } catch (error) {
    rows.push(`${name}  failed  ${error.message}`);
    process.exitCode = 1;
  }
  console.log(rows.at(-1));
}
server.close();
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${rows.filter((row) => row.includes('  ok  ')).length} of ${asked.length} combinations work.`);
