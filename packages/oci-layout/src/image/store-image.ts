import { pipeline, Readable } from 'node:stream';

import {
  encodeImageConfig,
  encodeManifest,
  MEDIA_TYPES,
  parseManifest,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
} from '@nx-oci/model';

import type { SavedImage, SavedLayer } from './saved-image';
import { BlobFolder } from '../folder/blob-folder';
import { compressLayer } from '../layer/compress-layer';
import type { PackingWatcher } from '../layer/packing-watcher';
import type { Compression } from '../compression/compression';
import { LayerCache } from '../layer/layer-cache';
import type { Layout } from '../folder/layout';
import { decompressorOf, isReadableLayer } from '../tar/read-layer-tar';
import type { BaseImage } from './base-image';
import { toOciType } from './oci-types';

export interface StoreImageOptions {
  readonly image: SavedImage;
  readonly sink: Layout;
  /** Changes the config, but not its layers. */
  readonly rewrite: (config: ImageConfig) => ImageConfig;
  /** The image may be built on it. */
  readonly base?: BaseImage;
  /** Absolute path of a folder that stores compressed layers between builds. */
  readonly layerCache?: string;
  /** zstd also for layers that the engine has compressed with gzip; by default those stay, and others become gzip. Not of the base's layers. */
  readonly compression?: Compression;
  /** Sees layers whose size is known before they are compressed: those of the classic store of Docker. */
  readonly watcher?: PackingWatcher;
  readonly signal?: AbortSignal;
}

export interface StoredImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
  /** Layers of the base, as in its registry: referenced by the manifest, not stored. Empty if the image is not built on it. */
  readonly baseLayers: readonly Descriptor[];
}

/**
 * Stores a saved image in a layout, as an OCI image. Compresses uncompressed layers; only references those of the base. Like
 * `buildImage`, it adds no entry to the layout.
 *
 * @throws OciError `DIGEST_MISMATCH` if a layer does not match the config; `ABORTED`.
 */
export async function storeImage(options: StoreImageOptions): Promise<StoredImage> {
  const { image, sink, rewrite, base, signal } = options;
  const baseLayers = base === undefined ? [] : layersBelow(image.config, base);
  const config = rewrite(image.config);
  const encodedConfig = encodeImageConfig(config);
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: encodedConfig.descriptor,
    layers: [...baseLayers, ...(await storeLayers(options, baseLayers.length))],
  });
  const write = (descriptor: Descriptor, bytes: Uint8Array) =>
    sink.push(descriptor, () => Promise.resolve(Readable.from([bytes], { objectMode: false })), { signal });
  await write(encodedConfig.descriptor, encodedConfig.bytes);
  await write(manifest.descriptor, manifest.bytes);
  return { manifest, config, baseLayers };
}

async function storeLayers(options: StoreImageOptions, from: number): Promise<readonly Descriptor[]> {
  const { image, sink, layerCache, compression = 'gzip', watcher, signal } = options;
  const cache = layerCache === undefined ? undefined : await LayerCache.open(layerCache, compression);
  const blobs = new BlobFolder(sink.folder);
  const storing = image.layers.slice(from).map(async (layer, index) => {
    const { descriptor } = layer;
    const diffId = image.config.rootfs.diff_ids[from + index];
    if (diffId === undefined) throw new Error('a layer without a diff id');
    if (descriptor !== undefined && layer.isElsewhere) return toOciType(descriptor);
    if (descriptor === undefined || (compression === 'zstd' && isRecompressible(descriptor))) {
      const open = () => openArchive(layer);
      const { sizeBytes } = layer;
      return (await compressLayer({ diffId, open, sizeBytes, blobs, cache, compression, watcher, signal })).descriptor;
    }
    await sink.push(descriptor, () => layer.open(), { signal });
    return toOciType(descriptor);
  });
  // Wait for all of them before a failure is thrown, so that no layer is still being written afterwards.
  await Promise.allSettled(storing);
  return Promise.all(storing);
}

function isRecompressible({ mediaType }: Descriptor): boolean {
  return !/[.+]zstd$/.test(mediaType) && isReadableLayer(mediaType);
}

/** What the layer is before any compression. */
async function openArchive(layer: SavedLayer): Promise<Readable> {
  const content = await layer.open();
  const [decompressor] = layer.descriptor === undefined ? [] : (decompressorOf(layer.descriptor.mediaType)?.() ?? []);
  // The reader of the last stream receives all failures.
  return decompressor === undefined ? content : (pipeline(content, decompressor, () => undefined) as unknown as Readable);
}

/** The layers of the base if they are the lowest layers of the image; else none. */
function layersBelow({ rootfs }: ImageConfig, base: BaseImage): readonly Descriptor[] {
  const { layers } = parseManifest(base.manifest.bytes, base.manifest.descriptor.mediaType);
  const diffIds = base.config.rootfs.diff_ids;
  const isBelow = diffIds.length === layers.length && diffIds.every((diffId, index) => diffId === rootfs.diff_ids[index]);
  return isBelow ? layers.map(toOciType) : [];
}
