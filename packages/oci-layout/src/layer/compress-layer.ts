import { type Readable } from 'node:stream';

import { OciError, type Digest } from '@nx-oci/model';

import type { BlobFolder } from '../folder/blob-folder';
import { MeasuredStream } from '../folder/measured-stream';
import { COMPRESSORS, type Compression } from '../compression/compression';
import type { KnownLayer, LayerCache } from './layer-cache';
import type { PackingWatcher } from './packing-watcher';
import { takeFromCache } from './make-layer';

export interface CompressLayerOptions {
  /** Of the archive. */
  readonly diffId: Digest;
  readonly open: () => Promise<Readable>;
  /** Of the archive, if it is known; without it, `watcher` sees nothing. */
  readonly sizeBytes: number | undefined;
  /** Receives the layer. */
  readonly blobs: BlobFolder;
  /** The cache for layers of that compression. */
  readonly cache: LayerCache | undefined;
  readonly compression: Compression;
  readonly watcher: PackingWatcher | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Compresses an archive, or takes the compressed layer from the cache. @throws OciError `DIGEST_MISMATCH` */
export async function compressLayer(options: CompressLayerOptions): Promise<KnownLayer> {
  const { diffId, cache, blobs, signal } = options;
  const known = cache && (await takeFromCache(diffId, cache, options));
  const layer = known ?? (await compress(options));
  if (known === undefined) await cache?.blobs.push(layer.descriptor, () => blobs.open(layer.descriptor, signal), signal);
  await cache?.saveLayer(layer);
  return layer;
}

async function compress({ diffId, open, sizeBytes, blobs, compression, watcher, signal }: CompressLayerOptions): Promise<KnownLayer> {
  if (sizeBytes !== undefined) watcher?.begun(sizeBytes);
  const archive = new MeasuredStream((bytes) => sizeBytes !== undefined && watcher?.packed(bytes));
  const compressor = COMPRESSORS[compression];
  const blob = await blobs.add([await open(), archive, ...compressor.open()], signal);
  const { digest } = archive.measure();
  if (digest === diffId) return { diffId, descriptor: { mediaType: compressor.mediaType, ...blob } };
  await blobs.remove(blob.digest);
  throw new OciError('DIGEST_MISMATCH', `Cannot import a layer: its content is ${digest}, but the image lists ${diffId}.`, {
    hint: 'Build the image again.',
  });
}
