import { Readable } from 'node:stream';

import { encodeImageConfig, encodeManifest, MEDIA_TYPES, parseManifest, type Descriptor, type ImageConfig } from '@nx-oci/model';

import type { FolderLookup } from '../base-folders/folder-lists';
import { keepBaseFolders } from '../layer/keep-base-folders';
import type { LayerSource } from '../layer/layer-source';
import type { BuildImageOptions, BuiltImage, ImageToBuild, SharedBuildOptions } from './build-options';
import { assertValidChanges } from './check-changes';
import { emptyConfig, inheritConfig, BUILD_TIME } from './start-config';
import { withConfig } from './with-config';
import { toOciType } from './oci-types';
import { SharedLayers, type CheckedLayer } from './shared-layers';
import type { KnownLayer } from '../layer/layer-cache';

/**
 * Builds an image from files, without an engine. Identical input gives an identical image on every machine at any time,
 * independent of clock, user, umask and order of creation.
 *
 * Writes layers, config and manifest into `sink`, but no entry: call `setEntries` or `tag` afterwards. The manifest
 * references the layers of the base image, which are not stored.
 *
 * @throws OciError `OPTIONS_INVALID`, `LAYER_SOURCE_MISSING`, `LAYER_SOURCE_INVALID`, `PLATFORM_INVALID`, `ABORTED`.
 */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const [built] = await buildImages([options], options);
  if (built === undefined) throw new Error('no image was built');
  return built;
}

/**
 * Builds images together, each as `buildImage` does: those of several platforms. Layers that they have in common are listed,
 * packed, compressed and stored once.
 *
 * @param images share a layer where they have the same `LayerSource` objects in it.
 * @throws OciError as `buildImage`, when no layer is being written any more.
 */
export async function buildImages(images: readonly ImageToBuild[], together: SharedBuildOptions): Promise<readonly BuiltImage[]> {
  for (const { config } of images) assertValidChanges(config);
  const shared = new SharedLayers(together);
  await shared.check(images.map(({ layers }) => layers));
  const building = images.map((image) => buildOne({ ...together, ...image }, shared));
  // Wait for all of them before a failure is thrown, so that no layer is still being written afterwards.
  await Promise.allSettled(building);
  return Promise.all(building);
}

async function buildOne(options: BuildImageOptions, shared: SharedLayers): Promise<BuiltImage> {
  const { base, platform, sink, signal } = options;
  const baseLayers = base === undefined ? [] : parseManifest(base.manifest.bytes, base.manifest.descriptor.mediaType).layers;
  const start = base === undefined ? emptyConfig(platform) : inheritConfig(base.config, platform, baseLayers.length);
  const { layers, unknownFolders } = await makeLayers(options, baseLayers, shared);
  const described = layers.map((layer, position) => ({ ...layer, createdBy: describeSources(options.layers[position] ?? []) }));
  const config = withConfig(withLayers(start, described), options.config, options.labels);
  const encodedConfig = encodeImageConfig(config);
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: encodedConfig.descriptor,
    layers: [...baseLayers.map(toOciType), ...layers.map(({ descriptor }) => descriptor)],
    ...(options.annotations !== undefined && { annotations: options.annotations }),
  });
  const write = (descriptor: Descriptor, bytes: Uint8Array) => sink.push(descriptor, () => Promise.resolve(readBytes(bytes)), { signal });
  await write(encodedConfig.descriptor, encodedConfig.bytes);
  await write(manifest.descriptor, manifest.bytes);
  return {
    manifest,
    config,
    layers: layers.map(({ credentials: _credentials, ...layer }) => layer),
    credentials: layers.flatMap(({ credentials }) => credentials),
    ...(unknownFolders !== undefined && { unknownFolders }),
  };
}

interface MadeLayers {
  readonly layers: readonly CheckedLayer[];
  readonly unknownFolders?: string;
}

async function makeLayers(options: BuildImageOptions, baseLayers: readonly Descriptor[], shared: SharedLayers): Promise<MadeLayers> {
  const { entries: listed, listedAtMs } = await shared.list(options.layers);
  // Only an image with files directly in the root has no folder.
  const needsFolders = options.base !== undefined && listed.flat().some(({ kind }) => kind === 'folder');
  const folders = needsFolders ? await findBaseFolders(options, baseLayers) : undefined;
  const collected = folders === undefined ? listed : listed.map((entries) => keepBaseFolders(entries, folders));
  const making = collected.map((entries) => shared.make(entries, listedAtMs));
  await Promise.allSettled(making);
  return { layers: await Promise.all(making), ...(folders?.kind === 'unknown' && { unknownFolders: folders.reason }) };
}

async function findBaseFolders({ baseContent, signal }: BuildImageOptions, layers: readonly Descriptor[]): Promise<FolderLookup> {
  if (baseContent === undefined) return { kind: 'unknown', reason: 'its layers are not available' };
  const { source, lists, onRead } = baseContent;
  return lists.findFolders({ layers, source, ...(signal && { signal }), ...(onRead && { onRead }) });
}

/** For `docker history`. */
function describeSources(sources: readonly LayerSource[]): string {
  return `nx-oci: ${sources.map(({ to }) => to).join(' ')}`;
}

function readBytes(bytes: Uint8Array): Readable {
  return Readable.from([bytes], { objectMode: false });
}

/** A layer and its origin, for the history. */
interface DescribedLayer extends KnownLayer {
  /** `COPY /app /etc/app`, for example. */
  readonly createdBy: string;
}

/** A config with the layers on top, each with its entry in the history. */
function withLayers(config: ImageConfig, layers: readonly DescribedLayer[]): ImageConfig {
  return {
    ...config,
    rootfs: { ...config.rootfs, diff_ids: [...config.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)] },
    history: [...(config.history ?? []), ...layers.map(({ createdBy }) => ({ created: BUILD_TIME, created_by: createdBy }))],
  };
}
