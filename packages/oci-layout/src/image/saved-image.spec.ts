import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as zlib from 'node:zlib';

import { digestOf, hexOf, MEDIA_TYPES, parseImageConfig, parseManifest, type Descriptor, type Digest } from '@nx-oci/model';

import { findZstdProblem } from '../compression/compress-zstd';
import type { Compression } from '../compression/compression';
import { createLayout } from '../folder/layout';
import type { PackingWatcher } from '../layer/packing-watcher';
import { storeImage } from './store-image';
import { openSavedArchive } from './saved-image';

const { gunzipSync, gzipSync } = zlib;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-oci-saved-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LAYERS = ['the lowest layer', 'one above it '.repeat(100_000), 'the highest'].map((text) => Buffer.from(text));
const CONFIG = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: LAYERS.map((layer) => digestOf(layer)) } }),
);

interface Archive {
  readonly id: Digest;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Path → target. */
  readonly links?: Readonly<Record<string, string>>;
}

const blob = (bytes: Uint8Array) => `blobs/sha256/${hexOf(digestOf(bytes))}`;
const describeBlob = (mediaType: string, bytes: Uint8Array): Descriptor => ({ mediaType, digest: digestOf(bytes), size: bytes.byteLength });

/** As in engines before 25: one folder per layer, whose name cannot be verified. */
function oldest(): Archive {
  const names = ['ccc', 'aaa', 'bbb'].map((name) => `${name}/layer.tar`);
  return {
    id: digestOf(CONFIG),
    files: {
      ...Object.fromEntries(names.map((name, index) => [name, LAYERS[index]!])),
      [`${hexOf(digestOf(CONFIG))}.json`]: CONFIG,
      'manifest.json': JSON.stringify([{ Config: `${hexOf(digestOf(CONFIG))}.json`, RepoTags: null, Layers: names }]),
    },
  };
}

/** The classic store from 25 on. */
function classic(): Archive {
  return {
    id: digestOf(CONFIG),
    files: {
      ...Object.fromEntries([...LAYERS, CONFIG].map((bytes) => [blob(bytes), bytes])),
      'manifest.json': JSON.stringify([{ Config: blob(CONFIG), Layers: LAYERS.map(blob) }]),
    },
  };
}

function containerd(wrap: boolean): Archive {
  const compressed = LAYERS.map((layer) => gzipSync(layer));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: describeBlob(MEDIA_TYPES.ociConfig, CONFIG),
      layers: compressed.map((bytes) => describeBlob(MEDIA_TYPES.ociLayerGzip, bytes)),
    }),
  );
  const elsewhere = {
    ...describeBlob(MEDIA_TYPES.ociManifest, Buffer.from('elsewhere')),
    platform: { os: 'linux', architecture: 'arm64' },
  };
  const attestation = Buffer.from('{}');
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociIndex,
      manifests: [
        elsewhere,
        { ...describeBlob(MEDIA_TYPES.ociManifest, manifest), platform: { os: 'linux', architecture: 'amd64' } },
        { ...describeBlob(MEDIA_TYPES.ociManifest, attestation), annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
      ],
    }),
  );
  const all = [...compressed, CONFIG, manifest, index, attestation];
  return { id: digestOf(wrap ? index : manifest), files: Object.fromEntries(all.map((bytes) => [blob(bytes), bytes])) };
}

function pack({ files, links = {} }: Archive, format = 'pax'): string {
  const from = join(folder, 'in');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    if (target.startsWith('=')) linkSync(join(from, target.slice(1)), join(from, path));
    else symlinkSync(target, join(from, path));
  }
  const archive = join(folder, 'image.tar');
  execFileSync('tar', [`--format=${format}`, '-cf', archive, '-C', from, '.']);
  return archive;
}

const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync: (bytes: Buffer) => Buffer };
const decompress = (bytes: Buffer): Buffer => (bytes.readUInt16BE() === 0x1f8b ? gunzipSync(bytes) : zstdDecompressSync(bytes));

async function takeOver(archive: string, id: Digest, compression: Compression = 'gzip', watcher?: PackingWatcher) {
  const sink = await createLayout(join(folder, 'out'));
  const layerCache = join(folder, 'cache');
  const { manifest } = await storeImage({
    image: await openSavedArchive(archive, id),
    sink,
    rewrite: (config) => config,
    layerCache,
    compression,
    ...(watcher && { watcher }),
  });
  const { config, layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const contents = layers.map(({ digest }) => decompress(readFileSync(join(sink.folder, 'blobs/sha256', hexOf(digest)))));
  return { config: parseImageConfig(await sink.readDocument(config)), contents, layers };
}

describe('an image from an archive of docker save', () => {
  it.each<[string, () => Archive, string]>([
    ['before Docker 25', oldest, 'ustar'],
    ['of the classic store', classic, 'gnu'],
    ['of the containerd store', () => containerd(false), 'pax'],
    ['of the containerd store, where an index stands for it', () => containerd(true), 'pax'],
  ])('has the layers of its config, in their order: %s', async (_what, make, format) => {
    const archive = make();
    const { config, contents } = await takeOver(pack(archive, format), archive.id);
    expect(contents.map((content) => createHash('sha256').update(content).digest('hex'))).toEqual(
      LAYERS.map((layer) => hexOf(digestOf(layer))),
    );
    expect(config).toEqual(parseImageConfig(CONFIG));
  });

  (findZstdProblem() === undefined ? it : it.skip).each([
    ['classic', classic],
    ['containerd', () => containerd(false)],
  ])('has zstd layers of the same content if requested: %s store', async (_what, makeArchive) => {
    const archive = makeArchive();
    const { contents, layers } = await takeOver(pack(archive), archive.id, 'zstd');
    expect(contents).toEqual(LAYERS);
    expect(new Set(layers.map(({ mediaType }) => mediaType))).toEqual(new Set([MEDIA_TYPES.ociLayerZstd]));
  });

  it.each<[string, () => Archive]>([
    ['before Docker 25', oldest],
    ['of the classic store', classic],
  ])('says how far the compression of its layers is: %s', async (_what, makeArchive) => {
    const archive = makeArchive();
    let [begunBytes, packedBytes] = [0, 0];
    await takeOver(pack(archive), archive.id, 'gzip', {
      begun: (sizeBytes) => (begunBytes += sizeBytes),
      packed: (addedBytes) => (packedBytes += addedBytes),
    });
    const sizeBytes = LAYERS.reduce((sum, layer) => sum + layer.length, 0);
    expect([begunBytes, packedBytes]).toEqual([sizeBytes, sizeBytes]);
  });

  it('keeps the blobs of the containerd store unchanged', async () => {
    const archive = containerd(true);
    const { layers } = await takeOver(pack(archive), archive.id);
    expect(layers.map(({ digest }) => digest)).toEqual(LAYERS.map((layer) => digestOf(gzipSync(layer))));
  });

  it.each([
    ['a symbolic link', '../ccc/layer.tar'],
    ['a hard link', '=ccc/layer.tar'],
  ])('follows %s from one layer to an equal one', async (_what, target) => {
    const layers = [LAYERS[0]!, LAYERS[0]!];
    const config = Buffer.from(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) } }),
    );
    const name = `${hexOf(digestOf(config))}.json`;
    const files = {
      'ccc/layer.tar': LAYERS[0]!,
      [name]: config,
      'manifest.json': JSON.stringify([{ Config: name, Layers: ['ccc/layer.tar', 'ddd/layer.tar'] }]),
    };
    const { contents } = await takeOver(pack({ id: digestOf(config), files, links: { 'ddd/layer.tar': target } }), digestOf(config));
    expect(contents).toEqual(layers);
  });

  it('is compressed once: later its layers come from the cache', async () => {
    const archive = classic();
    const packed = pack(archive);
    const first = await takeOver(packed, archive.id);
    rmSync(join(folder, 'out'), { recursive: true });
    const image = await openSavedArchive(packed, archive.id);
    const unread = { ...image, layers: image.layers.map(() => ({ open: () => Promise.reject(new Error('read again')) })) };
    const sink = await createLayout(join(folder, 'out'));
    const { manifest } = await storeImage({ image: unread, sink, rewrite: (config) => config, layerCache: join(folder, 'cache') });
    expect(parseManifest(manifest.bytes, manifest.descriptor.mediaType).layers).toEqual(first.layers);
  });

  it.each<[string, (archive: Archive) => Archive, string]>([
    ['lacks the image', (archive) => ({ ...archive, id: digestOf('another') }), 'LAYOUT_INVALID'],
    ['lacks a layer', ({ files: { [blob(LAYERS[1]!)]: _gone, ...files }, ...archive }) => ({ ...archive, files }), 'LAYOUT_INVALID'],
    [
      'has another layer',
      ({ files, ...archive }) => ({ ...archive, files: { ...files, [blob(LAYERS[1]!)]: 'changed' } }),
      'DIGEST_MISMATCH',
    ],
    ['has another config', ({ files, ...archive }) => ({ ...archive, files: { ...files, [blob(CONFIG)]: '{}' } }), 'LAYOUT_INVALID'],
    ['does not list it', ({ files, ...archive }) => ({ ...archive, files: { ...files, 'manifest.json': '[]' } }), 'LAYOUT_INVALID'],
    [
      'lists fewer layers',
      ({ files, ...archive }) => ({
        ...archive,
        files: { ...files, 'manifest.json': JSON.stringify([{ Config: blob(CONFIG), Layers: [blob(LAYERS[0]!)] }]) },
      }),
      'LAYOUT_INVALID',
    ],
    [
      'leads out of itself',
      ({ files, ...archive }) => ({
        ...archive,
        files: { ...files, 'manifest.json': JSON.stringify([{ Config: blob(CONFIG), Layers: LAYERS.map(() => '../../etc/hostname') }]) },
      }),
      'LAYOUT_INVALID',
    ],
  ])('is refused if the archive %s', async (_what, change, code) => {
    const archive = change(classic());
    await expect(takeOver(pack(archive), archive.id)).rejects.toMatchObject({ code });
  });

  it('is refused if the file is not an archive, or is truncated', async () => {
    const archive = classic();
    const packed = pack(archive);
    writeFileSync(join(folder, 'short.tar'), readFileSync(packed).subarray(0, 900_000));
    writeFileSync(join(folder, 'none.tar'), 'x'.repeat(2048));
    for (const name of ['short.tar', 'none.tar']) {
      await expect(takeOver(join(folder, name), archive.id)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    }
  });
});
