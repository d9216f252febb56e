import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  buildImages,
  buildIndex,
  createLayout,
  FolderLists,
  type BaseContent,
  type BuiltImage as MadeImage,
  type Layout,
} from '@nx-oci/layout';
import { formatPlatform, type Descriptor, type Digest } from '@nx-oci/model';

import { showPacking } from '../image/packing-progress';
import { formatBytes } from '../../text/format-bytes';
import { BaseLookups, type FoundBase, type OpenRepository } from '../base/load-base';
import { joinBaseRecords } from '../image/join-base-records';
import type { BuildJob, BuiltImage, ImageEngine } from '../image/engine';
import { RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord, type UsedImage } from '../image/image-record';
import { CACHE_FOLDER, IMAGES_FOLDER } from '../names/image-folder';
import type { NativeBuildOptions, NativePlatform } from '../options/native-options';
import { nativeSources } from '../sources/list-sources';
import { recordSources } from '../sources/record-sources';
import { checkPrograms } from './check-programs';
import { layerFacts, warningsOf } from './describe-made';
import { nameImages, nameIndex, type NamedPlatform } from './name-images';
import { prepareLayers } from './prepare-layers';

export interface NativeEngineSettings {
  readonly openRepository: OpenRepository;
  /** Absolute folder where finished layers are stored between builds. */
  readonly layerCache: string;
}

/** Where finished layers are stored, outside of what Nx resets and what is published. */
export function layerCacheFolder(workspaceRoot: string): string {
  return join(workspaceRoot, CACHE_FOLDER, 'layers');
}

/**
 * Builds images from files and the documents of a base image: without tools or a daemon, with the same bytes for the same input.
 */
export function createNativeEngine(settings: NativeEngineSettings): NativeEngine {
  const context = { lists: new FolderLists(settings.layerCache), bases: new BaseLookups(settings.openRepository) };
  return {
    build: (options, job) => buildNativeImage({ ...settings, ...context }, options, job),
    async checkBase(options, signal) {
      // A layout may be the image of another project, which is yet to be built.
      if (options.base.kind === 'registry') await context.bases.find(options, signal);
    },
  };
}

export interface NativeEngine extends ImageEngine<NativeBuildOptions> {
  /**
   * Looks up the base in its registry, so that problems are known before any image is built; the build uses what was found.
   *
   * @throws OciError `NOT_FOUND`, `PLATFORM_INVALID` with all platforms that it lacks, and those of the registry.
   */
  checkBase(options: NativeBuildOptions, signal?: AbortSignal): Promise<void>;
}

interface NativeContext extends NativeEngineSettings {
  readonly lists: FolderLists;
  readonly bases: BaseLookups;
}

async function buildNativeImage(settings: NativeContext, options: NativeBuildOptions, job: BuildJob): Promise<BuiltImage> {
  await removeImageRecord(job.folder);
  const programs = await checkPrograms(options, job.project);
  const { project, workspaceRoot, folder, signal } = job;
  const images = nameImages(options, await settings.bases.find(options, signal), job);
  const sink = await createLayout(folder);
  await mkdir(settings.layerCache, { recursive: true });
  const written = [join(workspaceRoot, IMAGES_FOLDER), join(workspaceRoot, CACHE_FOLDER), settings.layerCache];
  const layers = await prepareLayers(options.platforms, { ...job, written });
  const sources = await recordSources(nativeSources(options, layers.sources, workspaceRoot), { ...job, env: process.env });
  const built = await showPacking(job.progress, (watcher) =>
    buildImages(
      images.map(({ of, base, labels, annotations }) => ({
        ...(base === undefined ? {} : { base: base.image, baseContent: contentOf(base, { of, options, lists: settings.lists, job }) }),
        layers: layers.layersOf(of),
        platform: of.platform,
        config: options.config,
        labels,
        annotations,
      })),
      {
        sink,
        layerCache: settings.layerCache,
        ...(options.compression !== undefined && { compression: options.compression }),
        ...(watcher && { watcher }),
        ...(signal === undefined ? {} : { signal }),
      },
    ),
  );
  const made = images.flatMap((image, index): readonly BuiltPlatform[] => {
    const one = built[index];
    return one === undefined ? [] : [{ ...image, made: one }];
  });
  for (const { base } of made) await storeBaseLayers(base, sink);
  const { entry, build } = await storeRoot(made, options, { project, sink });
  await sink.setEntries([entry]);
  await sink.removeUnreferenced();
  const bases = images.flatMap((image) => image.base ?? []);
  const base = joinBaseRecords(bases.flatMap((one) => one.record ?? []));
  const used = workspaceImagesOf(bases);
  const record: ImageRecord = {
    schemaVersion: RECORD_VERSION,
    project,
    engine: 'native',
    platforms: options.platforms.map(({ platform }) => formatPlatform(platform)),
    build,
    output: {
      manifest: { mediaType: entry.mediaType, digest: entry.digest, size: entry.size },
      ...(base && { base }),
      ...(used.length > 0 && { images: used }),
    },
    sources,
  };
  await writeImageRecord(folder, record);
  return { record, layers: layerFacts(made), warnings: [...programs, ...layers.describeIgnored(), ...warningsOf(made)] };
}

/** The image of the workspace that all platforms are based on, if it is one. */
function workspaceImagesOf(bases: readonly FoundBase[]): readonly UsedImage[] {
  const [first] = bases.flatMap(({ workspaceImage }) => workspaceImage ?? []);
  const digests = [...new Set(bases.map(({ image }) => image.manifest.descriptor.digest))];
  return first === undefined ? [] : [{ ...first, digests, role: 'base' }];
}

interface ContentContext {
  readonly of: NativePlatform;
  readonly options: NativeBuildOptions;
  readonly lists: FolderLists;
  readonly job: BuildJob;
}

function contentOf(base: FoundBase, { of, options, lists, job }: ContentContext): BaseContent {
  const name = base.reference ?? base.workspaceImage?.reference ?? 'the base image';
  const platform = options.platforms.length === 1 ? '' : ` for ${formatPlatform(of.platform)}`;
  return {
    source: base.content,
    lists,
    onRead: (sizeBytes) =>
      job.print(`Reading the layers of ${name}${platform} (${formatBytes(sizeBytes)}, once) for the owners of its folders.`),
  };
}

/** Layers of a base on this machine are in no registry: they are stored and pushed with ours. */
async function storeBaseLayers(base: FoundBase | undefined, sink: Layout): Promise<void> {
  if (base?.stored === undefined) return;
  const { from, layers } = base.stored;
  for (const layer of layers) if (!(await sink.has(layer))) await sink.push(layer, () => from.fetch(layer));
}

interface BuiltPlatform extends NamedPlatform {
  readonly made: MadeImage;
}

/** The one entry of the layout: the image of the only platform, or an index over those of several. */
async function storeRoot(
  images: readonly BuiltPlatform[],
  options: NativeBuildOptions,
  { project, sink }: { readonly project: string; readonly sink: Layout },
): Promise<{ readonly entry: Descriptor; readonly build: Digest }> {
  const [first, ...others] = images;
  if (first === undefined) throw new Error('an image of no platform');
  if (others.length === 0) return { entry: { ...first.made.manifest.descriptor, platform: first.of.platform }, build: first.build };
  const { annotations, build } = nameIndex(images, options, project);
  const index = buildIndex(
    images.map(({ of, made, ofEntry }) => ({ manifest: made.manifest, platform: of.platform, ...(ofEntry && { annotations: ofEntry }) })),
    annotations,
  );
  await sink.push(index.descriptor, () => Promise.resolve(Readable.from([index.bytes], { objectMode: false })));
  return { entry: index.descriptor, build };
}
