import { join } from 'node:path';

import { loadBases, openLayout, readBasesFromLayout, type BaseImage, type Layout } from '@nx-oci/layout';
import {
  fallbackSource,
  formatPlatform,
  formatReference,
  OciError,
  parseManifest,
  parseReference,
  type ContentSource,
  type Descriptor,
  type ImageReference,
  type Platform,
  type TagReader,
} from '@nx-oci/model';

import { partName } from '../names/image-folder';
import { hasImageRecord, readImageRecord, type BaseRecord } from '../image/image-record';
import type { NativeBuildOptions, NativePlatform, ProjectBase } from '../options/native-options';

/** Opens the repository of a base image in its registry, with the credentials and settings of that host. */
export type OpenRepository = (reference: ImageReference) => Promise<ContentSource & TagReader>;

/** A base, and the platforms for which it is wanted. */
export interface BaseQuery extends Pick<NativeBuildOptions, 'base'> {
  readonly platforms: readonly Pick<NativePlatform, 'platform'>[];
}

/** A base image, and where its layers are. */
export interface FoundBase {
  readonly image: BaseImage;
  /** The full reference; absent for a layout. */
  readonly reference?: string;
  readonly layers: readonly Descriptor[];
  /** The image of another project of the workspace: it gets the digest that it has in registries when it is published. */
  readonly workspaceImage?: { readonly project: string; readonly reference: string };
  /** Has the layers. */
  readonly content: ContentSource;
  /** For a sparse image: the registry with the layers that we do not store. */
  readonly record?: BaseRecord;
  /** Layers on this machine that are stored with ours, and where they are. */
  readonly stored?: { readonly from: Layout; readonly layers: readonly Descriptor[] };
}

/**
 * Finds the base image for each platform, in their order; none for `scratch`. Its reference is looked up once.
 *
 * @throws OciError `NOT_FOUND`, `PLATFORM_INVALID` with all platforms that it lacks, `LAYOUT_INVALID`, and those of the registry.
 */
export async function findBases(
  { base, platforms }: BaseQuery,
  openRepository: OpenRepository,
  signal?: AbortSignal,
): Promise<readonly FoundBase[]> {
  const wanted = platforms.map(({ platform }) => platform);
  if (base.kind === 'scratch') return [];
  if (base.kind === 'project') return findInProject(base, wanted, openRepository);
  if (base.kind === 'layout') return findInLayout(base.folder, wanted, openRepository);
  return findInRegistry(base.reference, wanted, await openRepository(base.reference), signal);
}

/** Finds base images; one that several images use, for the same platforms, is looked up once, so that all use the same version of it. */
export class BaseLookups {
  readonly #found = new Map<string, Promise<readonly FoundBase[]>>();

  constructor(private readonly openRepository: OpenRepository) {}

  /** @throws OciError as `findBases` */
  find(options: NativeBuildOptions, signal?: AbortSignal): Promise<readonly FoundBase[]> {
    const { base, platforms } = options;
    if (base.kind !== 'registry') return findBases(options, this.openRepository, signal);
    const key = JSON.stringify([base.reference, platforms.map(({ platform }) => formatPlatform(platform))]);
    const found = this.#found.get(key) ?? findBases(options, this.openRepository, signal);
    this.#found.set(key, found);
    return found;
  }
}

async function findInRegistry(
  reference: ImageReference,
  platforms: readonly Platform[],
  source: ContentSource & TagReader,
  signal: AbortSignal | undefined,
): Promise<readonly FoundBase[]> {
  const name = formatReference(reference);
  const options = { name, ...(signal !== undefined && { signal }) };
  const images = await loadBases(source, reference.digest ?? reference.tag ?? 'latest', platforms, options);
  const { registry, repository } = reference;
  return images.map((image) => {
    const layers = layersOf(image);
    const { root } = image;
    const digests = [image.manifest.descriptor.digest];
    const record = { reference: name, registry, repository, digests, ...(root && { root }), layers };
    return { image, reference: name, layers, content: source, record };
  });
}

async function findInLayout(folder: string, platforms: readonly Platform[], openRepository: OpenRepository): Promise<readonly FoundBase[]> {
  const images = await readBasesFromLayout(folder, platforms);
  const from = await openLayout(folder);
  return Promise.all(images.map((image) => findStored(image, from, openRepository)));
}

/** The image of another project, which was built before. @throws OciError `LAYOUT_INVALID` if it was not. */
async function findInProject(
  { hasParts = false, ...base }: ProjectBase,
  platforms: readonly Platform[],
  openRepository: OpenRepository,
): Promise<readonly FoundBase[]> {
  if (!hasParts) return findBuilt(base, platforms, openRepository);
  const parts = platforms.map((platform) =>
    findBuilt({ ...base, folder: join(base.folder, partName(formatPlatform(platform))) }, [platform], openRepository),
  );
  return (await Promise.all(parts)).flat();
}

async function findBuilt(
  { project, folder, reference }: ProjectBase,
  platforms: readonly Platform[],
  openRepository: OpenRepository,
): Promise<readonly FoundBase[]> {
  const record = await readImageRecord(folder);
  if (record.project !== project) throw wrongImage(project, record.project, folder);
  const found = await findInLayout(folder, platforms, openRepository);
  return found.map((base) => ({ ...base, workspaceImage: { project, reference: formatReference(reference) } }));
}

function wrongImage(project: string, found: string, folder: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot build on the image of ${project}: the one in ${folder} belongs to ${found}.`, {
    hint: `Build it again: nx run ${project}:image --skip-nx-cache`,
  });
}

/** A layout of ours may be sparse itself: then its record names the registry with the rest. */
async function findStored(image: BaseImage, from: Layout, openRepository: OpenRepository): Promise<FoundBase> {
  const { folder } = from;
  const layers = layersOf(image);
  const presence = await Promise.all(layers.map(async (layer) => ({ layer, isHere: await from.has(layer) })));
  const stored = { from, layers: presence.filter(({ isHere }) => isHere).map(({ layer }) => layer) };
  const missing = presence.filter(({ isHere }) => !isHere).map(({ layer }) => layer);
  if (missing.length === 0) return { image, layers, content: from, stored };
  const record = await readForeignBase(folder);
  const isNamed = ({ digest }: Descriptor) => record?.layers.some((layer) => layer.digest === digest);
  if (record !== undefined && missing.every(isNamed)) {
    const elsewhere: ContentSource = {
      fetch: async (layer, options) => (await openRepository(parseReference(record.reference))).fetch(layer, options),
    };
    return { image, layers, content: fallbackSource([from, elsewhere]), stored, record };
  }
  throw new OciError('LAYOUT_INVALID', `Cannot build on the layout ${folder}: it lacks ${missing.length} of its ${layers.length} layers.`, {
    hint: 'Copy the base image into the folder again, with all its layers.',
  });
}

async function readForeignBase(folder: string): Promise<BaseRecord | undefined> {
  if (!(await hasImageRecord(folder))) return undefined;
  const { output } = await readImageRecord(folder);
  return output.base;
}

function layersOf({ manifest }: BaseImage): readonly Descriptor[] {
  return parseManifest(manifest.bytes, manifest.descriptor.mediaType).layers;
}
