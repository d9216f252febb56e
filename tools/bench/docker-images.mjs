/**
 * Measures what it costs to publish an image of Docker Engine through an image layout, compared with `docker push`: for an image
 * of 1 GB, of which 900 MB are a base that the registry has.
 *
 *     npm run build && node tools/ci/start.mjs && node tools/bench/docker-images.mjs [--rounds 3] [--base-mib 900] [--own-mib 100]
 */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { endOwn } from '../ci/own-process.mjs';
import { readServers } from '../ci/servers-file.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const values = readOptions('Measures publishing an image from Docker Engine, compared with docker push.', {
  rounds: { type: 'string', default: '3', help: 'N  number of measurements' },
  'base-mib': { type: 'string', default: '900', help: 'MIB  size of the base, which the registry has' },
  'own-mib': { type: 'string', default: '100', help: 'MIB  size of the layer on top' },
});
const require = createRequire(import.meta.url);
const { createImageBuilder } = require('../../packages/oci-publish/dist/index.js');
const { openLayout } = require('../../packages/oci-layout/dist/index.js');
const { createRegistryClient, credentialChain } = require('../../packages/oci-distribution/dist/index.js');
const { copyImage, fallbackSource } = require('../../packages/oci-model/dist/index.js');

const folder = mkdtempSync(join(tmpdir(), 'nx-oci-bench-docker-'));
const engines = readServers().servers.filter(({ kind }) => kind === 'docker');
const registry = await startDistribution(
  { name: `registry-${randomUUID()}`, kind: 'distribution-3', login: false },
  join(folder, 'registry'),
  () => {},
);

try {
  for (const engine of engines) await measure(engine);
} finally {
  await endOwn(registry.pid, registry.folder);
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ name, version, dockerHost }) {
  const env = { ...process.env, DOCKER_HOST: dockerHost, HOME: folder, TMPDIR: folder };
  const docker = (...args) => execFileSync('docker', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const base = `${registry.host}/bench/base-${name}:1`;
  const workspace = join(folder, name);
  for (const name of ['base', 'app']) mkdirSync(join(workspace, name), { recursive: true });
  writeContent(join(workspace, 'base/content'), Number(values['base-mib']));
  writeFileSync(join(workspace, 'base/Dockerfile'), 'FROM scratch\nCOPY content /base\n');
  docker('build', '--quiet', `--tag=${base}`, join(workspace, 'base'));
  docker('push', '--quiet', base);
  const times = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    writeContent(join(workspace, 'app/content'), Number(values['own-mib']));
    writeFileSync(join(workspace, 'app/Dockerfile'), `FROM ${base}\nCOPY content /own\n`);
    const options = { engine: 'docker', dockerfile: 'app/Dockerfile', context: 'app', network: 'none' };
    const builder = createImageBuilder({ workspaceRoot: workspace, env });
    const build = () => builder.build({ project: 'app', projectRoot: workspace, options, print: () => undefined });
    // The steps of the Dockerfile run before both: only the export from the engine is measured.
    const target = `${registry.host}/bench/${name}-docker-${round}:1`;
    docker('build', '--quiet', '--network=none', `--tag=${target}`, join(workspace, 'app'));
    const pushed = await time(() => docker('push', '--quiet', target));
    const taken = await time(build);
    const sent = await time(() => send(join(workspace, 'dist/images/app'), `bench/${name}-ours-${round}`));
    const again = await time(build);
    await builder.close();
    times.push({ pushed, taken, sent, again });
    docker('image', 'rm', '--force', target);
  }
  docker('image', 'rm', '--force', base);
  const [pushed, taken, sent, again] = ['pushed', 'taken', 'sent', 'again'].map((key) => median(times.map((each) => each[key])));
  console.log(
    `${name} ${version}: docker push ${pushed} ms · nx-oci: out of the engine ${taken} ms, sent ${sent} ms, together ${((taken + sent) / pushed).toFixed(2)} of docker push · built again unchanged ${again} ms`,
  );
}

async function send(layoutFolder, repository) {
  const client = createRegistryClient({ credentials: credentialChain([]) });
  const layout = await openLayout(layoutFolder);
  const [root] = await layout.entries();
  const target = client.repository({ registry: registry.host, repository, access: 'push' });
  const source = client.repository({ registry: registry.host, repository: `bench/base-${layoutFolder.split('/').at(-4)}` });
  await copyImage(fallbackSource([layout, source]), target, root);
  await client.close();
}

/** Half of it is compressible, like programs. */
function writeContent(file, mib) {
  const piece = Buffer.alloc(1024);
  const pieces = [];
  for (let written = 0; written < mib * 1024; written += 1) {
    randomBytes(512).copy(piece);
    pieces.push(Buffer.from(piece));
  }
  writeFileSync(file, Buffer.concat(pieces));
}

async function time(work) {
  const startMs = performance.now();
  await work();
  return Math.round(performance.now() - startMs);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
