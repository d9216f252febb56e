/**
 * Measures what a second platform costs: the first build and publish of an image from files, and the next one after a changed file,
 * for one platform and for two that share all layers.
 *
 * Use: npm run build && node tools/bench/platforms.mjs [--repeats 5] [FOLDER …]
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { publish } = createRequire(import.meta.url)(join(root, 'packages/oci-publish/dist/index.js'));
const { values, positionals } = parseArgs({ options: { repeats: { type: 'string', default: '5' } }, allowPositionals: true });
const folders = positionals.length > 0 ? positionals : ['typescript', 'eslint', 'prettier'].map((name) => join(root, 'node_modules', name));
const { servers } = JSON.parse(readFileSync(join(root, 'tmp/real-things/servers.json'), 'utf8'));
const { host } = servers.find(({ name }) => name === 'distribution-3');

const ways = { one: ['linux/amd64'], two: ['linux/amd64', 'linux/arm64'] };
const steps = ['first build and publish', 'after a changed file'];
const found = Object.fromEntries(steps.map((step) => [step, { one: [], two: [] }]));
for (let repeat = 0; repeat < Number(values.repeats); repeat += 1) {
  for (const way of repeat % 2 === 0 ? ['one', 'two'] : ['two', 'one']) {
    const folder = mkdtempSync(join(tmpdir(), 'nx-oci-bench-'));
    // Unique content, so that no registry and no cache has it.
    folders.forEach((from, index) => cpSync(from, join(folder, 'files', `${index}`), { recursive: true, verbatimSymlinks: true }));
    for (const step of steps) {
      folders
        .slice(0, step === steps[0] ? folders.length : 1)
        .forEach((_from, index) => writeFileSync(join(folder, 'files', `${index}`, 'own'), `${folder} ${step}`));
      found[step][way].push(await measure(folder, ways[way]));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (list) => list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
console.log(
  `Node ${process.version}, median of ${values.repeats}\n\n| what | unit | one platform | two | more |\n| --- | --- | --- | --- | --- |`,
);
for (const [step, { one, two }] of Object.entries(found)) {
  for (const [unit, digits] of [
    ['seconds', 2],
    ['seconds of processor', 2],
    ['bytes sent', 0],
  ]) {
    const [first, second] = [one, two].map((list) => median(list.map((run) => run[unit])));
    console.log(
      `| ${step} | ${unit} | ${first.toFixed(digits)} | ${second.toFixed(digits)} | ${((second / first - 1) * 100).toFixed(1)} % |`,
    );
  }
}

async function measure(folder, platforms) {
  const [namespace, image] = ['bench', folder.slice(-6).toLowerCase()];
  const layers = folders.map((_from, index) => ({ from: `files/${index}`, to: `/app/${index}` }));
  const request = {
    folder,
    images: { [image]: { engine: 'native', layers, platforms } },
    registries: { bench: { host, namespace, guard: false } },
    tags: ['latest'],
  };
  const [started, before] = [performance.now(), process.cpuUsage()];
  const { images } = await publish({ ...request, env: { PATH: process.env.PATH, HOME: folder } });
  const { user, system } = process.cpuUsage(before);
  const sent = images.flatMap(({ registries }) => registries).reduce((sum, registry) => sum + registry.sent.bytes, 0);
  return { seconds: (performance.now() - started) / 1000, 'seconds of processor': (user + system) / 1e6, 'bytes sent': sent };
}
