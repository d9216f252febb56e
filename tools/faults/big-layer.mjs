/**
 * Pushes an image with one huge layer to a real distribution 3 with the built nx-oci:publish, then to three more at the same
 * time, copies it with nx-oci:copy to another one, then to two more at the same time, reads all back, and prints time and peak
 * memory of each process (GNU time). Exit code 1 above the limit.
 *
 *     npm run build && node tools/faults/big-layer.mjs [--mib 2048] [--limit-mib 150]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCommands } from '../bench/measure.mjs';
import { endOwn } from '../ci/own-process.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { makeBigLayout } from './make-big-layout.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const PROGRAM = fileURLToPath(new URL('../bench/run-executor.cjs', import.meta.url));
const values = readOptions('Measures the memory that a huge layer takes.', {
  mib: { type: 'string', default: '2048', help: 'MIB  size of the layer' },
  'limit-mib': { type: 'string', default: '150', help: 'MIB  fails above this' },
});
const limitMiB = Number(values['limit-mib']);
const folder = mkdtempSync(join(tmpdir(), 'nx-oci-big-layer-'));
const workspace = join(folder, 'workspace');
const started = [];

try {
  const hosts = [];
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) hosts.push(await startRegistry(name));
  const [first, second, third, fourth, ...others] = hosts;
  makeWorkspace({ first, second, third, fourth });
  const digest = await makeBigLayout(join(workspace, 'dist/images/app'), Number(values.mib));
  const publish = (registries) => ({ image: 'big', registries, tags: ['latest'] });
  await run('publish', 'publish', publish(['first']));
  await run('publish to 3', 'publish', publish(['second', 'third', 'fourth']));
  const copy = (targets) => ({ from: `${first}/big:latest`, to: targets.map((target) => `${target}/big`) });
  await run('copy', 'copy', copy(others.slice(0, 1)));
  await run('copy to 2', 'copy', copy(others.slice(1)));
  for (const host of hosts) await readBack(host, digest);
} finally {
  for (const server of started) await endOwn(server.pid, server.folder);
  rmSync(folder, { recursive: true, force: true });
}

async function startRegistry(name) {
  const wanted = { name, kind: 'distribution-3', login: false };
  const { host } = await startDistribution(wanted, join(folder, name), (server) => started.push(server));
  return host;
}

/** @param {Record<string, string>} hosts by the names that registries.yaml gives them */
function makeWorkspace(hosts) {
  mkdirSync(workspace);
  writeFileSync(join(workspace, '.gitignore'), '*\n');
  const entries = Object.entries(hosts).map(([name, host]) => `  ${name}: { host: '${host}' }\n`);
  writeFileSync(join(workspace, 'registries.yaml'), `registries:\n${entries.join('')}`);
  const git = (...args) => execFileSync('git', ['-C', workspace, '-c', 'user.name=faults', '-c', 'user.email=faults@localhost', ...args]);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--force', '.gitignore', 'registries.yaml');
  git('commit', '--quiet', '--message=first');
}

async function run(title, executor, options) {
  const command = { program: process.execPath, args: [PROGRAM, executor, workspace, JSON.stringify([{ project: 'app', options }])] };
  // Without the user's logins.
  const env = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_RUNTIME_DIR: folder, DOCKER_CONFIG: folder };
  const { wallMs, cpuMs, peakMiB } = await measureCommands([command], { folder, env });
  const isWithin = peakMiB <= limitMiB;
  if (!isWithin) process.exitCode = 1;
  console.log(
    `${title.padEnd(12)} ${values.mib} MiB in one layer: ${(wallMs / 1000).toFixed(1)} s, CPU ${(cpuMs / 1000).toFixed(1)} s, ` +
      `peak ${peakMiB.toFixed(0)} MiB resident (${isWithin ? 'within' : 'ABOVE'} ${limitMiB})`,
  );
}

/** Reads over plain HTTP, with none of our code. */
async function readBack(host, digest) {
  const answer = await fetch(`http://${host}/v2/big/blobs/${digest}`);
  const hash = createHash('sha256');
  for await (const piece of answer.body) hash.update(piece);
  const read = `sha256:${hash.digest('hex')}`;
  if (read !== digest) throw new Error(`${host} has ${read} instead of ${digest}.`);
  console.log(`read back from ${host}: ${digest}`);
}
