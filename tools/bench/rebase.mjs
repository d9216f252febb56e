/**
 * Measures putting a published image on a newer version of its base, compared with `crane rebase`: three layers of its own on a base
 * of two, all in one registry, which asks for a token and delays every request; in a process that has never seen it.
 *
 *     npm run build && node tools/ci/start.mjs && node tools/bench/rebase.mjs [--repeats 5] [--delay 20]
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
const LAYER_BYTES = 1_000_000;

const values = readOptions('Measures putting an image on a newer version of its base.', {
  repeats: { type: 'string', default: '5', help: 'N  number of measurements' },
  delay: { type: 'string', default: '20', help: 'MS  added to each request' },
});
const { servers, tools } = readServers();
const { host: upstream } = servers.find(({ name }) => name === 'distribution-3');
const program = fileURLToPath(new URL('run-executor.cjs', import.meta.url));
const found = [];
for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) found.push(await measureOnce(`rebase-${process.pid}-${repeat}`));
console.log(`Node ${process.version}, ${values.delay} ms a request, medians of ${found.length}`);
for (const client of Object.keys(found[0])) {
  const median = (name) => found.map((one) => one[client][name]).toSorted((one, other) => one - other)[Math.floor(found.length / 2)];
  console.log(
    `${client}: ${median('requests')} requests, ${median('bytesUp')} bytes sent, ${median('bytesDown')} received, ${(median('wallMs') / 1000).toFixed(2)} s with the start of the process, ${(median('cpuMs') / 1000).toFixed(2)} s of processor`,
  );
}

async function measureOnce(namespace) {
  const root = mkdtempSync(join(tmpdir(), 'nx-oci-rebase-'));
  const proxy = await startProxy(upstream, {});
  const run = (executor, task) => ({
    program: process.execPath,
    args: [program, executor, root, JSON.stringify([task])],
    env: { NX_OCI_RUN_ID: `${namespace}-${Math.random()}` },
  });
  const options = { folder: root, env: { PATH: process.env.PATH, HOME: root } };
  const publish = (project, ...tags) =>
    measureCommands(
      [
        run('publish', {
          project,
          options: { image: `${namespace}/${project}`, tags: tags.map((tag) => ({ literal: tag, floating: true })), force: true },
        }),
      ],
      options,
    );
  const reference = (project, tag) => `${proxy.host}/${namespace}/${project}:${tag}`;
  try {
    writeFileSync(join(root, 'registries.yaml'), `registries: { bench: { host: '${proxy.host}', guard: false } }\n`);
    writeFileSync(join(root, '.gitignore'), '*\n');
    git(root, 'init', '--quiet', '--initial-branch=main');
    git(root, 'add', '--force', '.gitignore');
    git(root, 'commit', '--quiet', '--message=first');
    proxy.start(0);
    await build(root, 'base', { base: 'scratch', layers: ['system', 'runtime'], seed: `${namespace} old` });
    await publish('base', 'stable', 'old');
    await build(root, 'app', { base: reference('base', 'stable'), layers: ['dependencies', 'libraries', 'app'], seed: namespace });
    await publish('app', 'ours', 'theirs');
    await build(root, 'base', { base: 'scratch', layers: ['system', 'runtime'], seed: `${namespace} new` });
    await publish('base', 'stable');
    rmSync(join(root, '.nx'), { recursive: true, force: true });
    const targets = {
      publish: { executor: 'nx-oci:publish', options: { image: `${namespace}/app`, tags: [{ literal: 'ours', floating: true }] } },
    };
    proxy.start(Number(values.delay));
    const ours = { ...(await measureCommands([run('rebase', { project: 'app', options: {}, targets })], options)), ...proxy.counted() };
    proxy.start(Number(values.delay));
    const bases = ['--old_base', reference('base', 'old'), '--new_base', reference('base', 'stable')];
    const rebase = { program: tools.crane, args: ['rebase', reference('app', 'theirs'), ...bases, '--tag', reference('app', 'theirs')] };
    const theirs = { ...(await measureCommands([rebase], options)), ...proxy.counted() };
    await assertSameLayers(namespace, 'ours', 'theirs');
    return { 'nx-oci:rebase': ours, 'crane rebase': theirs };
  } finally {
    await proxy.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function assertSameLayers(namespace, ...tags) {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const layers = tags.map(async (tag) => {
    const answer = await fetch(`http://${upstream}/v2/${namespace}/app/manifests/${tag}`, { headers: { accept } });
    return (await answer.json()).layers.map(({ digest }) => digest).join();
  });
  const [ours, theirs] = await Promise.all(layers);
  if (ours !== theirs) throw new Error(`the images differ:\n${ours}\n${theirs}`);
}

async function build(root, project, { base, layers, seed }) {
  for (const layer of layers) {
    const folder = join(root, 'files', project, layer);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'data'), `${seed} ${layer}`.padEnd(LAYER_BYTES, `${Math.random()}`));
  }
  const builder = createImageBuilder({ workspaceRoot: root, env: {} });
  const written = layers.map((layer) => ({ from: `files/${project}/${layer}`, to: `/${layer}`, ignored: 'include' }));
  const options = { engine: 'native', base, layers: written, platform: 'linux/amd64' };
  await builder.build({ project, projectRoot: root, options, print: () => undefined });
  await builder.close();
}

function git(root, ...args) {
  execFileSync('git', ['-C', root, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args]);
}
