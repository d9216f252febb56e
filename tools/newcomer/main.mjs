// `npm run newcomer [-- 22-npm 24-pnpm | --pairwise]`: the first steps of a new user with each Nx and package manager, and a
// table of the results.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ALL, PAIRWISE, parseCombinations } from './combinations.mjs';
import { packPackages } from './pack-packages.mjs';
import { servePackages } from './serve-packages.mjs';
import { tryCombination } from './try-combination.mjs';

const words = process.argv.slice(2);
const asked = words.length === 0 ? ALL : words[0] === '--pairwise' ? PAIRWISE : parseCombinations(words);

const scratch = mkdtempSync(join(tmpdir(), 'nx-oci-newcomer-'));
const { packed, version, programs } = packPackages(scratch);

const server = await servePackages(packed, version);
const plugin = `nx-oci@file:${join(packed, `nx-oci-${version}.tgz`)}`;
const npmrc = `@nx-oci:registry=${server.url}\n`;
const rows = [];
for (const combination of asked) {
  const start = Date.now();
  const name = `Nx ${combination.nx}  ${combination.manager.padEnd(4)}`;
  try {
    const result = await tryCombination(combination, { plugin, npmrc, programs });
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
