import { buildIndex, createLayout, storeImage, type Layout, type PackingWatcher, type SavedImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  copyImage,
  formatPlatform,
  isImageSpecificLabel,
  makeAnnotations,
  formatReference,
  OciError,
  parseManifest,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
} from '@nx-oci/model';
import { Readable } from 'node:stream';

import { joinBaseRecords } from '../image/join-base-records';
import { findDockerfileBase, type BaseSearch, type DockerfileBase } from './find-dockerfile-base';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { AsBuilt } from '../dockerfile/dockerfile-tool';
import type { PushTarget } from '../options/builder-options';
import type { BaseRecord } from '../image/image-record';
import type { BuildDigests } from './build-digests';

/** What a builder made, for one platform or several, and the folder to export it to. */
export interface ExportRequest {
  readonly project: string;
  readonly images: readonly SavedImage[];
  readonly folder: string;
  /** If nothing in it may change. */
  readonly asBuilt?: AsBuilt;
  /** Where the builder pushed it: the layers stay there. */
  readonly pushedTo?: PushTarget;
  /** Names of the labels that the image was given: other labels describe its base. */
  readonly ownLabels: ReadonlySet<string>;
  readonly builds: BuildDigests;
  readonly base: Omit<BaseSearch, 'config' | 'platform' | 'signal'>;
  /** Absolute folder. */
  readonly layerCache: string;
  readonly compression: DockerfileOptions['compression'];
  readonly watcher?: PackingWatcher | undefined;
  readonly signal: AbortSignal;
}

export interface ExportedImage {
  /** Of the only platform, or of an index. */
  readonly manifest: Descriptor;
  /** `os/architecture[/variant]` */
  readonly platforms: readonly string[];
  readonly base?: BaseRecord;
  /** No document of it may change. */
  readonly isAsBuilt?: true;
}

/**
 * Exports an image into a layout; several platforms under an index. Layers that its base has in a registry are named but not
 * stored. Labels that it only inherits from the base are removed: a version of the base would prevent the image from getting its
 * own.
 *
 * @throws OciError `WRONG_IMAGE` when it lacks the project's label, or a platform that was asked for.
 */
export async function exportImage(request: ExportRequest): Promise<ExportedImage> {
  const { project, images, folder, builds } = request;
  for (const { config } of images) if (config.config?.Labels?.[ANNOTATIONS.project] !== project) throw wrongImage(project);
  const sink = await createLayout(folder);
  if (request.asBuilt !== undefined) return storeAsBuilt(request.asBuilt, request, sink);
  const stored: StoredPlatform[] = [];
  for (const image of inOrder(images, request)) stored.push(await storePlatform(image, request, sink));
  const [first, another] = stored;
  if (first === undefined) throw wrongImage(project);
  const isIndex = another !== undefined || builds.ofPlatform.size > 0;
  const entry = isIndex ? await storeIndex(stored, request, sink) : { ...first.manifest.descriptor, platform: first.platform };
  await sink.setEntries([entry]);
  await sink.removeUnreferenced();
  const base = joinBaseRecords(stored.flatMap(({ record }) => record ?? []));
  return {
    manifest: { mediaType: entry.mediaType, digest: entry.digest, size: entry.size },
    platforms: stored.map(({ platform }) => formatPlatform(platform)),
    ...(base && { base }),
  };
}

interface StoredPlatform {
  readonly platform: Platform;
  readonly manifest: EncodedManifest;
  readonly record?: BaseRecord;
}

async function storePlatform(image: SavedImage, request: ExportRequest, sink: Layout): Promise<StoredPlatform> {
  const { ownLabels, builds, base: search, layerCache, compression, watcher, signal } = request;
  const { config } = image;
  const platform = platformOf(config);
  // All of a pushed image is in one repository, its base included.
  const base = request.pushedTo === undefined ? await findDockerfileBase({ ...search, config, platform, signal }) : undefined;
  const build = builds.ofPlatform.get(formatPlatform(platform));
  const stored = await storeImage({
    image,
    sink,
    rewrite: (whole) => ownConfig(whole, ownLabels, makeAnnotations({ build })),
    ...(base && { base: base.image }),
    layerCache,
    ...(compression && { compression }),
    ...(watcher && { watcher }),
    signal,
  });
  await storeOwnLayers(base, sink);
  const layers = stored.baseLayers.filter(({ digest }) => base?.stored?.layers.some((layer) => layer.digest === digest) !== true);
  return {
    platform,
    manifest: stored.manifest,
    ...(base?.record && layers.length > 0 && { record: { ...base.record, layers } }),
    ...(request.pushedTo && { record: pushedRecord(request.pushedTo, stored.manifest.descriptor, layersOf(stored.manifest)) }),
  };
}

/** Layers of a base of the workspace that are in no registry. */
async function storeOwnLayers(base: DockerfileBase | undefined, sink: Layout): Promise<void> {
  if (base?.stored === undefined) return;
  const { from, layers } = base.stored;
  for (const layer of layers) if (!(await sink.has(layer))) await sink.push(layer, () => from.fetch(layer));
}

/** Stores an image byte for byte, with its attestations. Layers that its base has in a registry, or that were pushed, are only named. */
async function storeAsBuilt({ root, source }: AsBuilt, request: ExportRequest, sink: Layout): Promise<ExportedImage> {
  const { images, base: search, pushedTo, signal } = request;
  inOrder(images, request); // all that were asked for are there
  const stored = images.map(async ({ config, layers }): Promise<AsBuiltPlatform> => {
    const platform = platformOf(config);
    const own = layers.flatMap(({ descriptor }) => descriptor ?? []);
    if (pushedTo !== undefined) return { platform, record: pushedRecord(pushedTo, root, own) };
    const base = await findDockerfileBase({ ...search, config, platform, signal });
    const below = base?.record?.layers.filter(({ digest }) => own.some((layer) => layer.digest === digest)) ?? [];
    return { platform, ...(base?.record && below.length > 0 && { record: { ...base.record, layers: below } }) };
  });
  const platforms = await Promise.all(stored);
  const base = joinBaseRecords(platforms.flatMap(({ record }) => record ?? []));
  const elsewhere = new Set(base?.layers.map(({ digest }) => digest));
  await copyImage(source, sink, root, { signal, skip: ({ digest }) => elsewhere.has(digest) });
  const manifest = { mediaType: root.mediaType, digest: root.digest, size: root.size };
  await sink.setEntries([manifest]);
  await sink.removeUnreferenced();
  return { manifest, platforms: platforms.map(({ platform }) => formatPlatform(platform)), isAsBuilt: true, ...(base && { base }) };
}

function layersOf({ bytes, descriptor }: EncodedManifest): readonly Descriptor[] {
  return parseManifest(bytes, descriptor.mediaType).layers;
}

type AsBuiltPlatform = Pick<StoredPlatform, 'platform' | 'record'>;

/** Names the repository with the layers that a builder pushed. */
function pushedRecord({ registry, repository }: PushTarget, { digest }: Descriptor, layers: readonly Descriptor[]): BaseRecord {
  const reference = formatReference({ registry, repository, digest });
  return { reference, registry, repository, digests: [], layers };
}

async function storeIndex(images: readonly StoredPlatform[], { project, builds }: ExportRequest, sink: Layout): Promise<Descriptor> {
  const { descriptor, bytes } = buildIndex(images, makeAnnotations({ project, build: builds.build }));
  await sink.push(descriptor, () => Promise.resolve(Readable.from([bytes], { objectMode: false })));
  return descriptor;
}

/** As the platforms were asked for: of two that fit, clients use the first. */
function inOrder(images: readonly SavedImage[], { project, builds }: ExportRequest): readonly SavedImage[] {
  if (builds.ofPlatform.size === 0) return images;
  const named = new Map(images.map((image) => [formatPlatform(platformOf(image.config)), image]));
  return [...builds.ofPlatform.keys()].map((name) => {
    const image = named.get(name);
    if (image === undefined) throw lacksPlatform(project, name, [...named.keys()]);
    return image;
  });
}

function platformOf({ os, architecture, variant }: ImageConfig): Platform {
  return { os, architecture, ...(variant !== undefined && variant !== '' && { variant }) };
}

function ownConfig(config: ImageConfig, own: ReadonlySet<string>, more: Readonly<Record<string, string>>): ImageConfig {
  // Docker's legacy builder adds the container of its last step: different in each build, and useless.
  const { container: _id, container_config: _container, docker_version: _version, ...kept } = config;
  const labels = Object.entries(config.config?.Labels ?? {}).filter(([name]) => own.has(name) || !isImageSpecificLabel(name));
  return { ...kept, rootfs: config.rootfs, config: { ...config.config, Labels: { ...Object.fromEntries(labels), ...more } } };
}

function wrongImage(project: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot use the image of ${project}: the image from the builder does not have its label.`, {
    hint: 'Check which builder was used: `docker buildx ls`, and the variable BUILDX_BUILDER. It must load its result into the engine.',
  });
}

function lacksPlatform(project: string, platform: string, made: readonly string[]): OciError {
  return new OciError(
    'WRONG_IMAGE',
    `Cannot use the image of ${project}: the builder made it for ${made.join(', ')}, not for ${platform}.`,
    {
      hint: 'Check the platforms of the builder: `docker buildx inspect`.',
    },
  );
}
