/**
 * Pushes an image with one huge layer to a real distribution 3 through the built nx-oci:publish, copies it to a second one
 * through nx-oci:copy, reads it back, and tells time and peak memory of each process (GNU time). Exit code 1 above the limit.
 *
 *     npm run build && node tools/faults/big-layer.mjs [--mib 2048] [--limit-mib 150]
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nxOci } from '../bench/contenders/nx-oci.mjs';
import { measureCommands } from '../bench/measure.mjs';
import { endOwn } from '../ci/own-process.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { makeBigLayout } from './make-big-layout.mjs';

const { values } = parseArgs({ options: { mib: { type: 'string', default: '2048' }, 'limit-mib': { type: 'string', default: '150' } } });
const limitMiB = Number(values['limit-mib']);
const folder = mkdtempSync(join(tmpdir(), 'nx-oci-big-layer-'));
const started = [];

try {
  const layout = join(folder, 'layout');
  const digest = await makeBigLayout(layout, Number(values.mib));
  const [from, to] = [await startRegistry('one'), await startRegistry('two')];
  const ours = nxOci({ folder: join(folder, 'workspace') });
  ours.prepare();
  const push = { image: { folder: layout, project: 'app' }, host: from, repository: 'big', tags: ['latest'] };
  ours.ready({ pushes: [push] }, { isFirst: true });
  await run('publish', ours.push([push]));
  const copy = { from: { host: from, repository: 'big' }, to: { host: to, repository: 'big' } };
  ours.ready({ copy }, { isFirst: true });
  await run('copy', ours.copy(copy));
  for (const host of [from, to]) await readBack(host, digest);
} finally {
  for (const server of started) await endOwn(server.pid, server.folder);
  rmSync(folder, { recursive: true, force: true });
}

async function startRegistry(name) {
  const { host } = await startDistribution({ name, kind: 'distribution-3', login: false }, join(folder, name), (server) =>
    started.push(server),
  );
  return host;
}

async function run(name, commands) {
  const home = folder;
  const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, NX_DAEMON: 'false' };
  const { wallMs, cpuMs, peakMiB } = await measureCommands(commands, { folder, env });
  const isWithin = peakMiB <= limitMiB;
  if (!isWithin) process.exitCode = 1;
  console.log(
    `${name.padEnd(8)} ${values.mib} MiB in one layer: ${(wallMs / 1000).toFixed(1)} s, CPU ${(cpuMs / 1000).toFixed(1)} s, ` +
      `peak ${peakMiB.toFixed(0)} MiB resident (${isWithin ? 'within' : 'ABOVE'} ${limitMiB})`,
  );
}

/** Asks as a stranger would: plain HTTP, no code of ours. */
async function readBack(host, digest) {
  const answer = await fetch(`http://${host}/v2/big/blobs/${digest}`);
  const hash = createHash('sha256');
  for await (const piece of answer.body) hash.update(piece);
  const read = `sha256:${hash.digest('hex')}`;
  if (read !== digest) throw new Error(`${host} holds ${read} instead of ${digest}.`);
  console.log(`readback ${host}: ${digest}`);
}
