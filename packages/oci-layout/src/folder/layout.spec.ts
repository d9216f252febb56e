import { execFile } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import fs, { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { ANNOTATIONS, copyImage, digestOf, hexOf, MEDIA_TYPES, type Descriptor } from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';

import { createLayout, openLayout, type Layout } from './layout';

expect.extend({ toFailWithCode });

let folder: string;
let layout: Layout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-layout-'));
  layout = await createLayout(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const content = Buffer.from('content');
const blob: Descriptor = { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf(content), size: content.length };
const openBytes = (bytes: Uint8Array) => () => Promise.resolve(Readable.from([bytes], { objectMode: false }));
const pathOf = ({ digest }: Descriptor) => join(folder, 'blobs', 'sha256', hexOf(digest));
const namesLeft = async () => (await readdir(folder)).sort();

describe('createLayout', () => {
  it('creates what the specification requires, and keeps existing files', async () => {
    await layout.tag(makeImage().manifest, 'kept');
    const again = await createLayout(folder);
    expect(JSON.parse(await readFile(join(folder, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    await expect(again.listTags()).resolves.toEqual({ names: ['kept'] });
    await expect(namesLeft()).resolves.toEqual(['blobs', 'index.json', 'oci-layout']);
  });
});

describe('openLayout', () => {
  it.each([
    ['a folder that is not there', () => rm(folder, { recursive: true }), /no file oci-layout/],
    ['a folder without an index', () => rm(join(folder, 'index.json')), /no file index\.json/],
    ['another version', () => writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'), /does not contain version 1\.0\.0/],
    ['a marker that is not JSON', () => writeFile(join(folder, 'oci-layout'), '{'), /does not contain version 1\.0\.0/],
    ['an index that is not JSON', () => writeFile(join(folder, 'index.json'), 'null'), /index\.json is invalid/],
    ['an index of 9 MiB', () => writeFile(join(folder, 'index.json'), ' '.repeat(9 * 1024 ** 2)), /index\.json has 9437184 bytes/],
  ])('refuses %s without creating anything', async (_what, spoil, message) => {
    await spoil();
    const before = await readdir(folder).catch(() => 'missing');
    await expect(openLayout(folder)).toFailWithCode('LAYOUT_INVALID', message);
    await expect(readdir(folder).catch(() => 'missing')).resolves.toEqual(before);
  });

  it('refuses an index that is a link to somewhere else', async () => {
    await rename(join(folder, 'index.json'), join(folder, 'elsewhere'));
    await symlink('elsewhere', join(folder, 'index.json'));
    await expect(openLayout(folder)).toFailWithCode('LAYOUT_INVALID', /symbolic link/);
  });

  it('ignores unknown folders', async () => {
    await mkdir(join(folder, 'ingest'));
    await mkdir(join(folder, 'blobs', 'blake3'));
    const opened = await openLayout(folder);
    await expect(opened.removeUnreferenced()).resolves.toBe(0);
  });
});

describe('a layout as a content store', () => {
  it('returns what was pushed', async () => {
    await expect(layout.has(blob)).resolves.toBe(false);
    await expect(layout.push(blob, openBytes(content))).resolves.toBe('uploaded');
    await expect(layout.push(blob, () => Promise.reject(new Error('not asked for')))).resolves.toBe('present');
    await expect(layout.has(blob)).resolves.toBe(true);
    await expect(buffer(await layout.fetch(blob))).resolves.toEqual(content);
  });

  it('works with the file handles of Yarn’s Plug’n’Play', async () => {
    const open = fs.open;
    const missing = ['sync', 'datasync', 'utimes'] as const;
    jest.spyOn(fs, 'open').mockImplementation(async (...given) => {
      const handle = await open(...given);
      for (const name of missing) jest.spyOn(handle, name).mockRejectedValue(new Error('Method not implemented.'));
      return handle;
    });
    try {
      const fresh = await createLayout(join(folder, 'fresh'));
      await expect(fresh.push(blob, openBytes(content))).resolves.toBe('uploaded');
      await fresh.tag(makeImage().manifest, 'v1');
      await expect(fresh.listTags()).resolves.toEqual({ names: ['v1'] });
      await expect(buffer(await fresh.fetch(blob))).resolves.toEqual(content);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('stores neither content that does not match its descriptor, nor a broken stream', async () => {
    await expect(layout.push(blob, openBytes(Buffer.from('CONTENT')))).toFailWithCode('DIGEST_MISMATCH');
    await expect(layout.push(blob, openBytes(Buffer.from('longer content')))).toFailWithCode('SIZE_MISMATCH');
    const broken = new Readable({ read: () => broken.destroy(new Error('connection lost')) });
    await expect(layout.push(blob, () => Promise.resolve(broken))).rejects.toThrow('connection lost');
    await expect(layout.has(blob)).resolves.toBe(false);
    await expect(namesLeft()).resolves.toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('leaves nothing behind if a source fails before the file is created', async () => {
    for (let attempt = 0; attempt < 50; attempt++) {
      // Node creates files in four threads: while they are busy, the source has already failed.
      for (let task = 0; task < 8; task++) pbkdf2('a', 'b', 5_000, 64, 'sha512', () => undefined);
      const broken = new Readable({ read: () => broken.destroy(new Error('connection lost')) });
      await expect(layout.push(blob, () => Promise.resolve(broken))).rejects.toThrow('connection lost');
      await expect(namesLeft()).resolves.toEqual(['blobs', 'index.json', 'oci-layout']);
    }
  });

  it('leaves nothing behind when it is aborted', async () => {
    const controller = new AbortController();
    const endless = new Readable({ read: () => undefined });
    const pushing = layout.push(blob, () => Promise.resolve(endless), { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(pushing).toFailWithCode('ABORTED');
    await expect(namesLeft()).resolves.toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('detects content that was changed on disk, and repairs it at the next push', async () => {
    await layout.push(blob, openBytes(content));
    await writeFile(pathOf(blob), 'CONTENT');
    await expect(layout.fetch(blob).then(buffer)).toFailWithCode('DIGEST_MISMATCH');
    await expect(layout.push(blob, openBytes(content))).resolves.toBe('uploaded');
    await expect(buffer(await layout.fetch(blob))).resolves.toEqual(content);
  });

  it('reports that it does not contain the layers of a base image', async () => {
    await expect(layout.fetch(blob)).toFailWithCode('NOT_FOUND', /it does not exist/);
  });

  it('does not follow links, neither for a blob nor for its folders', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, content);
    await symlink(secret, pathOf(blob));
    await expect(layout.fetch(blob)).toFailWithCode('LAYOUT_INVALID', /symbolic link/);
    await expect(layout.push(blob, openBytes(content))).toFailWithCode('LAYOUT_INVALID', /symbolic link/);
    await rm(pathOf(blob));
    await layout.push(blob, openBytes(content));
    await rename(join(folder, 'blobs', 'sha256'), join(folder, 'moved'));
    await symlink('../moved', join(folder, 'blobs', 'sha256'));
    await expect(layout.fetch(blob)).toFailWithCode('LAYOUT_INVALID', /symbolic link/);
  });

  it('does not wait for the writer of a pipe', async () => {
    await promisify(execFile)('mkfifo', [pathOf(blob)]);
    await expect(layout.fetch(blob)).toFailWithCode('LAYOUT_INVALID', /device or pipe/);
  });

  it('stores and returns an image with all its platforms', async () => {
    const { index, contents } = makeIndex();
    await copyImage(new MemoryStore(contents), layout, index.descriptor);
    await layout.tag(index, 'latest');
    const other = new MemoryStore();
    await copyImage(await openLayout(folder), other, index.descriptor);
    await expect(other.resolve(index.descriptor.digest)).resolves.toMatchObject({ size: index.descriptor.size });
  });
});

describe('tags in a layout', () => {
  it('finds a manifest by tag and by digest, listed or not', async () => {
    const { index, images, contents } = makeIndex();
    await copyImage(new MemoryStore(contents), layout, index.descriptor);
    await layout.tag(index, 'latest');
    await expect(layout.resolve('latest')).resolves.toMatchObject(index.descriptor);
    await expect(layout.resolve('missing')).resolves.toBeUndefined();
    const inner = images[0]!.manifest;
    await expect(layout.resolve(inner.descriptor.digest)).resolves.toEqual(inner.descriptor);
    await expect(layout.resolve(images[0]!.layers[0]!.descriptor.digest)).resolves.toBeUndefined();
    const found = await layout.fetchManifest('latest');
    expect(Buffer.from(index.bytes).equals(found!.bytes)).toBe(true);
  });

  it('moves a tag, and tags an entry without one', async () => {
    const [one, two] = [makeImage({ seed: 'one' }).manifest, makeImage({ seed: 'two' }).manifest];
    await layout.setEntries([one.descriptor]);
    await layout.tag(one, 'latest');
    await layout.tag(two, 'latest');
    await layout.tag(two, 'v1');
    expect((await layout.entries()).map(({ digest, annotations }) => [digest, annotations?.[ANNOTATIONS.refName]])).toEqual([
      [two.descriptor.digest, 'latest'],
      [two.descriptor.digest, 'v1'],
    ]);
  });

  it('loses no tag when several objects set many at once', async () => {
    const { manifest } = makeImage();
    const tags = Array.from({ length: 20 }, (_, position) => `v${position}`);
    await Promise.all(tags.map(async (tag) => (await openLayout(folder)).tag(manifest, tag)));
    expect([...(await layout.listTags()).names].sort()).toEqual([...tags].sort());
    await expect(namesLeft()).resolves.toEqual(['blobs', 'index.json', 'oci-layout']);
  });

  it('removes unreachable blobs', async () => {
    const [kept, dropped] = [makeImage({ seed: 'kept' }), makeImage({ seed: 'dropped' })];
    for (const image of [kept, dropped]) await copyImage(new MemoryStore(image.contents), layout, image.manifest.descriptor);
    await layout.setEntries([kept.manifest.descriptor]);
    await expect(layout.removeUnreferenced()).resolves.toBe(4);
    await expect(layout.removeUnreferenced()).resolves.toBe(0);
    await copyImage(layout, new MemoryStore(), kept.manifest.descriptor);
  });
});
