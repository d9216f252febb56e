/**
 * Shows that layers get the same bytes on every version of Node that we support: runs the golden digests of
 * packages/oci-layout/src/compression/compression.spec.ts on each. Fetches Node from npm.
 *
 * Use: node tools/compression/main.mjs [VERSION …]
 */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const SPEC = 'packages/oci-layout/src/compression/compression.spec.ts';
// The oldest and the newest release of each line; 22.16 is the first whose zstd we use.
const VERSIONS = ['20.19.0', '20', '22.16.0', '22', '24.0.0', '24', '26'];

const asked = process.argv.slice(2);
const rows = [];
for (const version of asked.length > 0 ? asked : VERSIONS) rows.push(await tryVersion(version));
console.log('| Node | processor | zlib | zstd | gzip | zstd |\n| --- | --- | --- | --- | --- | --- |');
for (const { facts, gzip, zstd } of rows) console.log(`| ${facts.join(' | ')} | ${gzip} | ${zstd} |`);
process.exitCode = rows.some(({ gzip, zstd }) => gzip !== 'same' || zstd === 'OTHER') ? 1 : 0;

async function tryVersion(version) {
  const facts = await node(version, [
    '-p',
    'JSON.stringify([process.version, process.arch, process.versions.zlib, process.versions.zstd ?? "none"])',
  ]);
  // jest fails when a test fails: its report counts.
  const report = await node(version, ['node_modules/jest/bin/jest.js', SPEC, '--json', '--maxWorkers=1']).catch((error) => error.stdout);
  const tests = JSON.parse(report).testResults.flatMap(({ assertionResults }) => assertionResults);
  return { facts: JSON.parse(facts), gzip: judge(tests, 'gzip'), zstd: judge(tests, 'zstd') };
}

function judge(tests, compression) {
  const own = tests.filter(({ ancestorTitles, status }) => ancestorTitles[0] === compression && status !== 'pending');
  if (own.length === 0) return 'refused';
  return own.every(({ status }) => status === 'passed') ? 'same' : 'OTHER';
}

async function node(version, args) {
  const run = await promisify(execFile)('npx', ['-y', `node@${version}`, ...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return run.stdout;
}
