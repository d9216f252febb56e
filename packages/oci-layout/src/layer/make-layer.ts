import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { isOciError, type Digest } from '@nx-oci/model';

import type { BlobFolder } from '../folder/blob-folder';
import { MeasuredStream } from '../folder/measured-stream';
import { COMPRESSORS, type Compression } from '../compression/compression';
import type { KnownLayer, LayerCache } from './layer-cache';
import type { LayerEntry } from './layer-entry';
import type { PackingWatcher } from './packing-watcher';
import { writeTar } from './tar-writer';

export interface MakeLayerOptions {
  readonly entries: readonly LayerEntry[];
  /** When the entries were listed, in milliseconds since 1970. */
  readonly collectedAtMs: number;
  /** Receives the layer. */
  readonly blobs: BlobFolder;
  /** The cache for layers of that compression. */
  readonly cache: LayerCache | undefined;
  readonly compression: Compression;
  readonly watcher?: PackingWatcher | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface MadeLayer extends KnownLayer {
  readonly reused: boolean;
}

/**
 * Packs and compresses a layer in one pass, or takes it from the cache.
 *
 * If the cache has layers, changed files are first packed only to measure the archive's digest: that is several times faster
 * than compressing, and most builds write the same files again.
 */
export async function makeLayer(options: MakeLayerOptions): Promise<MadeLayer> {
  const { entries, cache, signal, collectedAtMs } = options;
  if (cache === undefined) return { ...(await packLayer(options)), reused: false };
  const diffId = (await cache.findDiffId(entries)) ?? ((await cache.isEmpty()) ? undefined : await measureArchive(entries, signal));
  const known = diffId === undefined ? undefined : await takeFromCache(diffId, cache, options);
  const layer = known ?? (await packLayer(options));
  if (known === undefined) await cache.blobs.push(layer.descriptor, () => options.blobs.open(layer.descriptor, signal), signal);
  await cache.saveLayer(layer);
  await cache.saveFiles(entries, layer.diffId, collectedAtMs);
  return { ...layer, reused: known !== undefined };
}

async function packLayer({ entries, blobs, compression, watcher, signal }: MakeLayerOptions): Promise<KnownLayer> {
  watcher?.begun(entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0));
  const archive = new MeasuredStream((bytes) => watcher?.packed(bytes));
  const { mediaType, open } = COMPRESSORS[compression];
  const blob = await blobs.add([writeTar(entries), archive, ...open()], signal);
  return { diffId: archive.measure().digest, descriptor: { mediaType, ...blob } };
}

async function measureArchive(entries: readonly LayerEntry[], signal: AbortSignal | undefined): Promise<Digest> {
  const archive = new MeasuredStream();
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline([writeTar(entries), archive, discard], { ...(signal && { signal }) });
  return archive.measure().digest;
}

/** A missing or corrupt blob counts as none. */
export async function takeFromCache(
  diffId: Digest,
  cache: LayerCache,
  { blobs, signal }: Pick<MakeLayerOptions, 'blobs' | 'signal'>,
): Promise<KnownLayer | undefined> {
  const layer = await cache.findLayer(diffId);
  if (layer === undefined) return undefined;
  try {
    await blobs.push(layer.descriptor, () => cache.blobs.open(layer.descriptor, signal), signal);
    return layer;
  } catch (error) {
    if (isOciError(error, 'NOT_FOUND', 'DIGEST_MISMATCH', 'SIZE_MISMATCH')) return undefined;
    throw error;
  }
}
