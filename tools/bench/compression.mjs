/**
 * Measures the first build and push of an image: ours with gzip and with zstd, as one layer and as four that are compressed in
 * parallel, compared with `docker build` and `docker push` of the same folder to the same registry.
 *
 * Use: npm run build && node tools/bench/compression.mjs [--repeats 3] [FOLDER …]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { publish } = createRequire(import.meta.url)(join(root, 'packages/oci-publish/dist/index.js'));
const { values, positionals } = parseArgs({ options: { repeats: { type: 'string', default: '3' } }, allowPositionals: true });
const folders =
  positionals.length > 0 ? positionals : ['typescript', 'nx', 'eslint', 'prettier'].map((name) => join(root, 'node_modules', name));
const { servers } = JSON.parse(readFileSync(join(root, 'tmp/real-things/servers.json'), 'utf8'));
const { host } = servers.find(({ name }) => name === 'distribution-3');
const engine = servers.find(({ name }) => name === 'docker-containerd');

const ways = {
  'docker build, docker push': byDocker,
  'nx-oci, gzip, one layer': (folder, name) => byUs(folder, name, { layer: 'all' }, 'gzip'),
  'nx-oci, gzip, a layer each': (folder, name) => byUs(folder, name, {}, 'gzip'),
  'nx-oci, zstd, one layer': (folder, name) => byUs(folder, name, { layer: 'all' }, 'zstd'),
  'nx-oci, zstd, a layer each': (folder, name) => byUs(folder, name, {}, 'zstd'),
};

const seconds = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
  for (const [way, act] of Object.entries(ways)) {
    const folder = mkdtempSync(join(tmpdir(), 'nx-oci-bench-'));
    // Unique content, so that no registry and no cache has it.
    folders.forEach((from, index) => cpSync(from, join(folder, 'files', `${index}`), { recursive: true, verbatimSymlinks: true }));
    folders.forEach((_from, index) => writeFileSync(join(folder, 'files', `${index}`, 'own'), folder));
    const started = performance.now();
    await act(folder, `bench/${folder.slice(-6).toLowerCase()}`);
    seconds[way].push((performance.now() - started) / 1000);
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (list) => list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
const base = median(seconds['docker build, docker push']);
console.log(`Node ${process.version}, median of ${values.repeats}\n\n| way | seconds | of docker |\n| --- | --- | --- |`);
for (const [way, list] of Object.entries(seconds))
  console.log(`| ${way} | ${median(list).toFixed(1)} | ${(median(list) / base).toFixed(2)} |`);

async function byUs(folder, name, more, compression) {
  const layers = folders.map((_from, index) => ({ from: `files/${index}`, to: `/app/${index}`, ...more }));
  const [namespace, image] = name.split('/');
  const request = { folder, images: { [image]: { layers, compression } }, registries: { bench: { host, namespace } }, tags: ['latest'] };
  await publish({ ...request, env: { PATH: process.env.PATH, HOME: folder } });
}

function byDocker(folder, name) {
  const image = `${host}/${name}:latest`;
  const env = { ...process.env, DOCKER_HOST: engine.dockerHost };
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM scratch\n${folders.map((_from, index) => `COPY files/${index} /app/${index}\n`).join('')}`,
  );
  const docker = (...args) => execFileSync('docker', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  docker('build', '--quiet', '--no-cache', '--tag', image, folder);
  docker('push', image);
  docker('image', 'rm', '--force', image);
}
