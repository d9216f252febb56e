import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { hexOf, MEDIA_TYPES } from '@nx-oci/model';
import { toFailWithCode } from '@nx-oci/model/testing';

import { BlobFolder } from '../folder/blob-folder';
import { collectLayers } from './collect-layers';
import { findZstdProblem } from '../compression/compress-zstd';
import type { Compression } from '../compression/compression';
import { LayerCache } from './layer-cache';
import { makeLayer, type MadeLayer } from './make-layer';
import type { PackingWatcher } from './packing-watcher';
import { removeUnusedLayers } from './remove-unused-layers';

expect.extend({ toFailWithCode });

const DAY_MS = 24 * 60 * 60 * 1000;

let folder: string;
let source: string;
let cacheFolder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-layer-'));
  source = join(folder, 'source');
  cacheFolder = join(folder, 'cache');
  await mkdir(source);
  await writeFile(join(source, 'a'), 'content '.repeat(1000));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Attempt {
  /** Name of the layout that receives the layer. */
  readonly into: string;
  /** How much later the files are listed: old files are trusted, new ones might still change. */
  readonly laterMs?: number;
  readonly hasCache?: boolean;
  readonly compression?: Compression;
  readonly watcher?: PackingWatcher;
}

async function make({ into, laterMs = 0, hasCache = true, compression = 'gzip', watcher }: Attempt): Promise<MadeLayer> {
  const [entries] = await collectLayers([[{ from: source, to: '/app' }]]);
  await mkdir(join(folder, into), { recursive: true });
  return makeLayer({
    entries: entries!,
    collectedAtMs: Date.now() + laterMs,
    blobs: new BlobFolder(join(folder, into)),
    compression,
    cache: hasCache ? await LayerCache.open(cacheFolder, compression) : undefined,
    watcher,
    signal: undefined,
  });
}

const blobPath = (place: string, layer: MadeLayer) => join(place, 'blobs', 'sha256', hexOf(layer.descriptor.digest));

describe('makeLayer', () => {
  it('returns one digest for the archive, and another for its compressed form', async () => {
    const layer = await make({ into: 'one', hasCache: false });
    const { stdout } = await promisify(execFile)('sh', ['-c', 'gzip -dc "$0" | sha256sum', blobPath(join(folder, 'one'), layer)]);
    expect(`sha256:${stdout.slice(0, 64)}`).toBe(layer.diffId);
    expect(layer.reused).toBe(false);
  });

  it('says how far packing is: the size of its files first, then each piece', async () => {
    const events: string[] = [];
    let packedBytes = 0;
    const watcher = {
      begun: (sizeBytes: number) => events.push(`begun ${sizeBytes}`),
      packed: (addedBytes: number) => (packedBytes += addedBytes),
    };
    await make({ into: 'one', watcher });
    // With headers and padding.
    expect(events).toEqual(['begun 8000']);
    expect(packedBytes).toBeGreaterThan(8000);
    packedBytes = 0;
    await make({ into: 'two', watcher });
    expect([events.length, packedBytes]).toEqual([1, 0]);
  });

  it('takes a layer from the cache if its content is the same, whatever the times of its files', async () => {
    const first = await make({ into: 'one' });
    await utimes(join(source, 'a'), 1, 1);
    const second = await make({ into: 'two' });
    expect(second).toEqual({ ...first, reused: true });
    await expect(new BlobFolder(join(folder, 'two')).has(second.descriptor)).resolves.toBe(true);
  });

  it('keeps the digest of a layer that another zlib would compress to other bytes', async () => {
    const ours = await make({ into: 'one' });
    const other = { ...ours, descriptor: await new BlobFolder(cacheFolder).add([Readable.from([Buffer.from('not gzip at all')])]) };
    const cache = await LayerCache.open(cacheFolder);
    await cache.saveLayer({ diffId: ours.diffId, descriptor: { mediaType: ours.descriptor.mediaType, ...other.descriptor } });
    await expect(make({ into: 'two' })).resolves.toMatchObject({ reused: true, descriptor: other.descriptor });
  });

  it('does not read files that are unchanged since they were packed', async () => {
    const first = await make({ into: 'one', laterMs: 10_000 });
    const cache = await LayerCache.open(cacheFolder);
    const [entries] = await collectLayers([[{ from: source, to: '/app' }]]);
    await expect(cache.findDiffId(entries!)).resolves.toBe(first.diffId);
    const unreadable = entries!.map((entry) => (entry.kind === 'file' ? { ...entry } : entry));
    await rm(join(source, 'a'));
    const again = await makeLayer({
      entries: unreadable,
      collectedAtMs: Date.now(),
      blobs: new BlobFolder(folder),
      cache,
      compression: 'gzip',
      signal: undefined,
    });
    expect(again).toEqual({ ...first, reused: true });
  });

  it('packs again if another version wrote the records of the cache', async () => {
    const first = await make({ into: 'one', laterMs: 10_000 });
    for (const kind of ['diff-ids', 'files']) {
      for (const name of await readdir(join(cacheFolder, kind))) {
        const file = join(cacheFolder, kind, name);
        const record = JSON.parse(await readFile(file, 'utf8')) as { readonly schemaVersion: number };
        await writeFile(file, JSON.stringify({ ...record, schemaVersion: record.schemaVersion + 1 }));
      }
    }
    const [entries] = await collectLayers([[{ from: source, to: '/app' }]]);
    await expect((await LayerCache.open(cacheFolder)).findDiffId(entries!)).resolves.toBeUndefined();
    await expect(make({ into: 'two' })).resolves.toEqual({ ...first, reused: false });
  });

  (findZstdProblem() === undefined ? it : it.skip)(
    'keeps a layer once with gzip and once with zstd, and removes both when they are not used',
    async () => {
      const gzip = await make({ into: 'one', laterMs: 10_000 });
      const zstd = await make({ into: 'two', compression: 'zstd' });
      expect(zstd).toMatchObject({ diffId: gzip.diffId, reused: false, descriptor: { mediaType: MEDIA_TYPES.ociLayerZstd } });
      await expect(make({ into: 'three', compression: 'zstd' })).resolves.toEqual({ ...zstd, reused: true });
      await expect(make({ into: 'four' })).resolves.toEqual({ ...gzip, reused: true });
      await removeUnusedLayers(cacheFolder, Date.now() + 15 * DAY_MS);
      await expect(new BlobFolder(cacheFolder).list()).resolves.toEqual([]);
    },
  );

  it('does not trust the times of files that just changed', async () => {
    await make({ into: 'one' });
    await expect(readdir(cacheFolder)).resolves.not.toContain('files');
  });

  it('keeps layers used within two weeks, cleans up once a day, and works without the others', async () => {
    const used = await make({ into: 'one' });
    await writeFile(join(source, 'a'), 'other');
    const unused = await make({ into: 'two', laterMs: 10_000 });
    const long = new Date(Date.now() - 15 * DAY_MS);
    const age = async (...names: readonly string[]): Promise<void> => {
      for (const name of names) await utimes(join(cacheFolder, name), long, long);
    };
    await age(...[used, unused].map(({ diffId }) => `diff-ids/${hexOf(diffId)}`));
    await age(...(await readdir(join(cacheFolder, 'files'))).map((name) => `files/${name}`));
    await writeFile(join(source, 'a'), 'content '.repeat(1000));
    await expect(make({ into: 'three' })).resolves.toEqual({ ...used, reused: true });

    await removeUnusedLayers(cacheFolder, Date.now());
    await expect(new BlobFolder(cacheFolder).list()).resolves.toEqual([used.descriptor.digest]);
    await expect(readdir(join(cacheFolder, 'diff-ids'))).resolves.toEqual([hexOf(used.diffId)]);
    await expect(readdir(join(cacheFolder, 'files'))).resolves.toEqual([]);

    await age(`diff-ids/${hexOf(used.diffId)}`);
    await removeUnusedLayers(cacheFolder, Date.now());
    await expect(make({ into: 'four' })).resolves.toEqual({ ...used, reused: true });
    await age(`diff-ids/${hexOf(used.diffId)}`);
    await removeUnusedLayers(cacheFolder, Date.now() + DAY_MS);
    await expect(make({ into: 'five' })).resolves.toEqual({ ...used, reused: false });
  });

  it('removes nothing from an empty cache', async () => {
    await expect(removeUnusedLayers(join(folder, 'nowhere'), Date.now())).resolves.toBeUndefined();
  });

  it('packs again if content changed, or the cached blob is broken or missing', async () => {
    const first = await make({ into: 'one' });
    await writeFile(blobPath(cacheFolder, first), 'x'.repeat(first.descriptor.size));
    await expect(make({ into: 'two' })).resolves.toEqual({ ...first, reused: false });
    await expect(make({ into: 'three' })).resolves.toEqual({ ...first, reused: true });
    await rm(blobPath(cacheFolder, first));
    await expect(make({ into: 'four' })).resolves.toEqual({ ...first, reused: false });
    await writeFile(join(source, 'a'), 'other');
    const changed = await make({ into: 'five' });
    expect(changed.reused).toBe(false);
    expect(changed.diffId).not.toBe(first.diffId);
  });
});
