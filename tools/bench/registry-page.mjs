/**
 * Measures the page of a large registry, in memory and in a folder: 1,000 repositories, one of them with 5,000 tags, each of an image
 * of its own. The first request of a new process, the next ones, and pushes meanwhile.
 *
 *     npm run build && node tools/bench/registry-page.mjs [--repeats 20]
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { folderStorage, memoryStorage, startRegistry } from '../../packages/oci-registry/dist/index.js';
import { readOptions } from '../workspace/read-options.mjs';

const TAGS = 5000;
const REPOSITORIES = 1000;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const BUSY = 'team/busy';
const PAGES = {
  repositories: '/',
  'repositories, last page': '/?page=20',
  'repositories, searched': '/?q=99',
  tags: `/?repository=${BUSY}`,
  'tags, last page': `/?repository=${BUSY}&page=50`,
  'tags, searched': `/?repository=${BUSY}&q=42`,
  image: `/?repository=${BUSY}&image=v4999`,
  comparison: `/?repository=${BUSY}&compare=v4000&with=v4999`,
  unchanged: '/',
};

const { repeats } = readOptions('Measures the page of a large registry.', {
  repeats: { type: 'string', default: '20', help: 'N  requests of each page' },
});
const folder = mkdtempSync(join(tmpdir(), 'nx-oci-page-'));
try {
  console.log(
    `Node ${process.version}, ${REPOSITORIES} repositories, ${TAGS} tags in one of them; median and slowest of ${repeats}, in ms`,
  );
  console.log('| page | memory: first | next | slowest | folder: first | next | slowest |\n| --- | --- | --- | --- | --- | --- | --- |');
  const columns = [await measure(await fill(memoryStorage())), await measure(await fill(folderStorage(folder)), folder)];
  for (const page of Object.keys(columns[0])) console.log(`| ${page} | ${columns.map((column) => column[page]).join(' | ')} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Each page first of a process of its own, since a page may find what an earlier one has read. @param {any} storage */
async function measure(storage, path) {
  const results = {};
  for (const [name, address] of Object.entries(PAGES)) {
    const registry = await startRegistry({ storage: path === undefined ? storage : folderStorage(path) });
    // Otherwise the first request of `fetch` itself would be measured.
    await (await fetch(`${registry.url}/page/icon.svg`)).text();
    const first = await time(registry.url + address);
    const etag = name === 'unchanged' ? (await fetch(registry.url + address)).headers.get('etag') : undefined;
    const next = [];
    for (let repeat = 0; repeat < Number(repeats); repeat++) next.push(await time(registry.url + address, etag ?? undefined));
    results[name] = render([first, median(next), Math.max(...next)]);
    await registry.close();
  }
  const registry = await startRegistry({ storage: path === undefined ? storage : folderStorage(path) });
  results['a push, nothing else'] = render(['', ...(await push(registry.url, () => undefined))]);
  results['a push while pages are read'] = render(['', ...(await push(registry.url, () => readPages(registry.url)))]);
  await registry.close();
  return results;
}

/** @returns median and slowest of a manifest's push, in ms */
async function push(url, meanwhile) {
  const state = { hasEnded: false };
  const reading = meanwhile(state);
  const times = [];
  for (let number = 0; number < Number(repeats) * 2; number++) {
    const { bytes } = makeManifest(`push ${number}`);
    const start = performance.now();
    const answer = await fetch(`${url}/v2/team/pushed/manifests/v${number}`, {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': INDEX },
    });
    await answer.text();
    times.push(performance.now() - start);
    if (answer.status !== 201) throw new Error(`A push was answered with ${answer.status}.`);
  }
  reading?.stop();
  await reading?.done;
  return [median(times), Math.max(...times)];
}

/** Three browsers that reload all the time. */
function readPages(url) {
  let isStopped = false;
  const read = async () => {
    while (!isStopped) {
      for (const address of Object.values(PAGES)) await time(url + address);
      await sleep(1);
    }
  };
  return { stop: () => (isStopped = true), done: Promise.all([read(), read(), read()]) };
}

async function time(address, etag) {
  const start = performance.now();
  const answer = await fetch(address, { headers: etag === undefined ? {} : { 'if-none-match': etag } });
  await answer.text();
  if (answer.status !== (etag === undefined ? 200 : 304)) throw new Error(`${address} was answered with ${answer.status}.`);
  return performance.now() - start;
}

/** Written as the registry would, since pushing so much would take minutes. */
async function fill(storage) {
  await storage.prepare();
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...(await store(storage, 'layer')) };
  for (let number = 1; number < REPOSITORIES; number++) await addImage(storage, `app/r${number}`, ['latest'], layer);
  for (let number = 0; number < TAGS; number++) await addImage(storage, BUSY, [`v${number}`], layer);
  await storage.release?.();
  return storage;
}

async function addImage(storage, repository, tags, layer) {
  const env = [`VERSION=${tags[0]}`, `OF=${repository}`];
  const config = { os: 'linux', architecture: 'amd64', config: { Env: env }, rootfs: { type: 'layers', diff_ids: [] } };
  const described = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await store(storage, JSON.stringify(config))) };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const { digest, size } = await store(storage, JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers: [layer] }));
  const write = (kind, key, record) => storage.records.write({ repository, kind, key }, JSON.stringify(record));
  await write('manifests', digest, { digest, mediaType, sizeBytes: size });
  for (const tag of tags) {
    const minutes = Number(tag.slice(1)) || 0;
    await write('tags', tag, { digest, setAt: new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString() });
  }
}

async function store({ content }, text) {
  const bytes = Buffer.from(text);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const upload = await content.startUpload();
  await upload.append([bytes]);
  await upload.publish(digest);
  return { digest, size: bytes.byteLength };
}

function makeManifest(note) {
  return { bytes: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { note } }) };
}

function median(times) {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];
}

function render(times) {
  return times.map((one) => (one === '' ? '' : one.toFixed(one < 10 ? 1 : 0))).join(' | ');
}
