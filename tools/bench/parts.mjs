/**
 * Measures merging and tagging: ten images of two platforms, whose parts are in their folders and whose layers are on the registry, at
 * a new commit. In a process that has never seen the registry, which asks for a token and delays every request; `guard: false`.
 *
 *     npm run build && node tools/ci/start.mjs && node tools/bench/parts.mjs [--repeats 5] [--delay 20]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readServers } from '../ci/servers-file.mjs';
import { readOptions } from '../workspace/read-options.mjs';
import { measureCommands } from './measure.mjs';
import { startProxy } from './proxy.mjs';

const { createImageBuilder } = createRequire(import.meta.url)('../../packages/oci-publish/dist/index.js');
const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const IMAGES = Array.from({ length: 10 }, (_, index) => `image${index}`);
const LAYER_BYTES = 200_000;

const values = readOptions('Measures merging the parts of ten images, and setting their tags.', {
  repeats: { type: 'string', default: '5', help: 'N  number of measurements' },
  delay: { type: 'string', default: '20', help: 'MS  added to each request' },
});
const { host } = readServers().servers.find(({ name }) => name === 'distribution-3');
const program = fileURLToPath(new URL('run-executor.cjs', import.meta.url));
const found = [];
for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) found.push(await measureOnce(`parts-${process.pid}-${repeat}`));
const median = (name) => found.map((one) => one[name]).toSorted((one, other) => one - other)[Math.floor(found.length / 2)];
console.log(
  `Node ${process.version}, ${values.delay} ms a request, medians of ${found.length}: ${IMAGES.length} images of ${PLATFORMS.length} platforms`,
);
const seconds = (name) => (median(name) / 1000).toFixed(2);
console.log(
  `${seconds('executorMs')} s in the publish, ${seconds('cpuMs')} s of processor with the start of Node, ${median('requests')} requests, ${median('bytesUp')} bytes sent`,
);

async function measureOnce(namespace) {
  const root = mkdtempSync(join(tmpdir(), 'nx-oci-parts-'));
  const proxy = await startProxy(host, {});
  try {
    const tasks = IMAGES.map((project) => ({
      project,
      options: { image: `${namespace}/${project}`, registries: ['bench'], tags: ['sha', 'latest'] },
      targets: { image: { executor: 'nx-oci:build', options: { parts: 'anywhere', platforms: PLATFORMS } } },
    }));
    writeFileSync(join(root, 'registries.yaml'), `registries: { bench: { host: '${proxy.host}', guard: false } }\n`);
    writeFileSync(join(root, '.gitignore'), '*\n');
    git(root, 'init', '--quiet', '--initial-branch=main');
    await buildParts(root, namespace);
    const publish = {
      program: process.execPath,
      args: [program, 'publish', root, JSON.stringify(tasks)],
      env: { NX_OCI_RUN_ID: namespace },
    };
    const options = { folder: root, env: { PATH: process.env.PATH, HOME: root } };
    commit(root);
    proxy.start(0);
    await measureCommands([publish], options);
    commit(root);
    rmSync(join(root, '.nx'), { recursive: true, force: true });
    proxy.start(Number(values.delay));
    const { executorMs, cpuMs } = await measureCommands([{ ...publish, env: { NX_OCI_RUN_ID: `${namespace}-again` } }], options);
    return { executorMs, cpuMs, ...proxy.counted() };
  } finally {
    await proxy.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function buildParts(root, seed) {
  const builder = createImageBuilder({ workspaceRoot: root, env: {} });
  for (const project of IMAGES) {
    for (const layer of ['shared', 'own']) {
      const folder = join(root, 'files', project, layer);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'data'), `${seed} ${project} ${layer}`.padEnd(LAYER_BYTES, `${Math.random()}`));
    }
    const layers = ['shared', 'own'].map((layer) => ({ from: `files/${project}/${layer}`, to: `/${layer}`, ignored: 'include' }));
    for (const platform of PLATFORMS) {
      const options = { engine: 'native', layers, parts: 'anywhere', platform, platforms: PLATFORMS };
      await builder.build({ project, projectRoot: root, options, print: () => undefined });
    }
  }
  await builder.close();
}

function commit(root) {
  git(root, 'add', '--force', '.gitignore');
  git(root, 'commit', '--quiet', '--allow-empty', '--message=next');
}

function git(root, ...args) {
  execFileSync('git', ['-C', root, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args]);
}
