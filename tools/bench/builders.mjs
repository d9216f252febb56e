/**
 * Measures what it costs to build and publish images with a builder of BuildKit through nx-oci, all or none, compared with
 * `docker buildx bake --push`: whole processes, three images on one base that the registry has, each with a layer of its own.
 *
 * Use: npm run build && node tools/ci/start.mjs && node tools/bench/builders.mjs [--repeats 5] [--base-mib 30] [--own-mib 10]
 */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { readServers } from '../ci/servers-file.mjs';
import { findTool } from '../ci/tools.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const values = readOptions('Measures publishing from a builder, compared with docker buildx bake --push.', {
  repeats: { type: 'string', default: '5', help: 'N  number of measurements' },
  'base-mib': { type: 'string', default: '30', help: 'MIB  size of the base, which the registry has' },
  'own-mib': { type: 'string', default: '10', help: 'MIB  size of the layer of each image' },
});
const names = ['api', 'web', 'worker'];
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { servers } = readServers();
const { host } = servers.find(({ name }) => name === 'distribution-3');
const { host: address, builder: tls } = servers.find(({ name }) => name === 'buildkit');
const folder = mkdtempSync(join(tmpdir(), 'nx-oci-bench-'));
const env = { ...process.env, HOME: folder, DOCKER_CONFIG: join(folder, 'docker'), BUILDX_CONFIG: join(folder, 'docker/buildx') };
const docker = (...args) => execFileSync('docker', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });

try {
  mkdirSync(join(folder, 'docker/cli-plugins'), { recursive: true });
  symlinkSync(findTool('buildx'), join(folder, 'docker/cli-plugins/docker-buildx'));
  const options = `--driver-opt=cacert=${tls.ca},cert=${tls.cert},key=${tls.key}`;
  docker('buildx', 'create', '--name=bench', '--driver=remote', options, `tcp://${address}`);
  const base = makeBase();
  const ways = {
    bake: { run: bakeAndPush },
    layout: { run: publish },
    registry: { run: publish, isExported: true },
  };
  const found = Object.fromEntries(Object.keys(ways).map((way) => [way, { first: [], again: [] }]));
  for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
    const order = Object.keys(ways);
    for (const way of repeat % 2 === 0 ? order : order.toReversed()) {
      const { run, isExported = false } = ways[way];
      const workspace = makeWorkspace(base, isExported);
      found[way].first.push(time(() => run(workspace)));
      found[way].again.push(time(() => run(workspace)));
      rmSync(workspace, { recursive: true, force: true });
    }
  }
  console.log(`Node ${process.version}, median of ${values.repeats}, ms\n`);
  console.log('| what | bake --push | nx-oci | ratio | nx-oci, export: registry | ratio |\n| --- | --- | --- | --- | --- | --- |');
  for (const [title, which] of Object.entries({ 'built and published': 'first', 'again, unchanged': 'again' })) {
    const [bake, layout, registry] = Object.keys(ways).map((way) => median(found[way][which]));
    console.log(`| ${title} | ${bake} | ${layout} | ${(layout / bake).toFixed(2)} | ${registry} | ${(registry / bake).toFixed(2)} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function makeBase() {
  const context = join(folder, 'base');
  mkdirSync(context);
  writeContent(join(context, 'content'), Number(values['base-mib']));
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY content /base\n');
  const name = `${host}/bench/base-${randomUUID()}:1`;
  docker('buildx', 'build', '--builder=bench', '--provenance=false', `--output=type=image,name=${name},push=true`, context);
  return name;
}

/** Unique content, so that no registry and no cache has it. */
function makeWorkspace(base, isExported) {
  const workspace = mkdtempSync(join(folder, 'workspace-'));
  for (const name of names) {
    mkdirSync(join(workspace, name));
    writeContent(join(workspace, name, 'content'), Number(values['own-mib']));
    writeFileSync(join(workspace, name, 'Dockerfile'), `FROM ${base}\nCOPY content /own\n`);
  }
  const namespace = `bench/${randomUUID()}`;
  const images = Object.fromEntries(
    names.map((name) => {
      const exported = isExported ? { export: 'registry', exportTo: `${host}/${namespace}/${name}` } : {};
      return [name, { engine: 'buildx', builder: 'bench', dockerfile: `${name}/Dockerfile`, context: name, ...exported }];
    }),
  );
  const request = { folder: workspace, images, registries: { here: { host, namespace, guard: false } }, tags: ['latest'] };
  const library = JSON.stringify(join(root, 'packages/oci-publish/dist/index.js'));
  writeFileSync(join(workspace, 'publish.cjs'), `require(${library}).publish(${JSON.stringify(request)});\n`);
  const target = Object.fromEntries(
    names.map((name) => [
      name,
      { context: join(workspace, name), output: [`type=image,name=${host}/${namespace}/${name}:latest,push=true`] },
    ]),
  );
  writeFileSync(join(workspace, 'bake.json'), JSON.stringify({ target }));
  return workspace;
}

function publish(workspace) {
  execFileSync(process.execPath, [join(workspace, 'publish.cjs')], { env, cwd: workspace, stdio: ['ignore', 'pipe', 'pipe'] });
}

function bakeAndPush(workspace) {
  const plain = { ...env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1', BUILDX_BAKE_ENTITLEMENTS_FS: '0' };
  const args = ['buildx', 'bake', '--builder=bench', `--file=${join(workspace, 'bake.json')}`, ...names];
  execFileSync('docker', args, { env: plain, cwd: workspace, stdio: ['ignore', 'pipe', 'pipe'] });
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

function time(work) {
  const startMs = performance.now();
  work();
  return Math.round(performance.now() - startMs);
}

function median(list) {
  return list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
}
