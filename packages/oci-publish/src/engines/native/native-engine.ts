import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  buildImage,
  createLayout,
  FolderLists,
  type LayerSource,
  type BaseContent,
  type BuiltImage as MadeImage,
  type Layout,
} from '@nx-oci/layout';
import { formatPlatform, makeAnnotations, type Digest } from '@nx-oci/model';

import { nativeSources } from '../sources/list-sources';
import { recordSources } from '../sources/record-sources';
import { type SourcesRecord } from '../sources/sources-record';
import { formatBytes } from '../../text/format-bytes';
import { digestBuild } from '../names/digest-build';
import type { BuildJob, BuiltImage, ImageEngine, LayerFact } from '../image/engine';
import { RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord } from '../image/image-record';
import { CACHE_FOLDER, IMAGES_FOLDER } from '../names/image-folder';
import { describeNativeBuild } from './describe-build';
import { findIgnored, type IgnoredFiles } from '../sources/ignored-files';
import { leaveOut } from './leave-out';
import { findBase, type FoundBase, type OpenRepository } from '../base/load-base';
import type { NativeBuildOptions, NativeSource } from '../options/native-options';

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
export function createNativeEngine(settings: NativeEngineSettings): ImageEngine<NativeBuildOptions> {
  const lists = new FolderLists(settings.layerCache);
  return { build: (options, job) => buildNativeImage({ ...settings, lists }, options, job) };
}

interface NativeContext extends NativeEngineSettings {
  readonly lists: FolderLists;
}

async function buildNativeImage(settings: NativeContext, options: NativeBuildOptions, job: BuildJob): Promise<BuiltImage> {
  await removeImageRecord(job.folder);
  const base = await findBase(options, settings.openRepository, job.signal);
  const build = digestBuild(describeNativeBuild(options, job.workspaceRoot, base?.image.manifest.descriptor.digest));
  const sink = await createLayout(job.folder);
  await mkdir(settings.layerCache, { recursive: true });
  const written = [join(job.workspaceRoot, IMAGES_FOLDER), settings.layerCache];
  const layers = options.layers.map(({ sources }) => sources.map((source) => leaveOut(source, written)));
  const ignored = await findIgnored(layers.flat(), { workspaceRoot: job.workspaceRoot, project: job.project, outputs: job.outputs ?? [] });
  const looks = nativeSources(options, layers.flat(), job.workspaceRoot);
  const sources = await recordSources(looks, { ...job, env: process.env });
  const made = await buildImage({
    ...(base === undefined ? {} : { base: base.image, baseContent: contentOf(base, settings.lists, job.print) }),
    layers: layers.map((some) => some.map((source) => withJudge(source, ignored))),
    platform: options.platform,
    config: options.config,
    ...nameImage(options, { project: job.project, build, base }),
    sink,
    layerCache: settings.layerCache,
    ...(options.compression !== undefined && { compression: options.compression }),
    ...(job.signal === undefined ? {} : { signal: job.signal }),
  });
  await storeBaseLayers(base, sink);
  await sink.setEntries([{ ...made.manifest.descriptor, platform: options.platform }]);
  await sink.removeUnreferenced();
  const record = recordOf({ project: job.project, build, options, base, made, sources });
  await writeImageRecord(job.folder, record);
  return {
    record,
    layers: layerFacts(options, base, made),
    warnings: [...[...ignored.values()].flatMap((found) => found.describe()), ...warningsOf(made)],
  };
}

/** Only this engine knows about ignored files: a layer just gets a list of what to leave out. */
function withJudge(source: NativeSource, found: ReadonlyMap<NativeSource, IgnoredFiles>): LayerSource {
  const { ignored: _ignored, ...plain } = source;
  const judge = found.get(source)?.judge;
  return judge === undefined ? plain : { ...plain, leaveOut: judge };
}

function contentOf(base: FoundBase, lists: FolderLists, print: BuildJob['print']): BaseContent {
  const name = base.reference ?? 'the base image';
  return {
    source: base.content,
    lists,
    onRead: (sizeBytes) => print(`Reading the layers of ${name} (${formatBytes(sizeBytes)}, once) for the owners of its folders.`),
  };
}

// The first names are enough to identify a folder of keys.
const SHOWN_CREDENTIALS = 5;

function warningsOf({ unknownFolders, credentials }: MadeImage): readonly string[] {
  const shown = credentials.slice(0, SHOWN_CREDENTIALS).join(', ');
  const rest = credentials.length > SHOWN_CREDENTIALS ? ` and ${credentials.length - SHOWN_CREDENTIALS} more` : '';
  return [
    ...(credentials.length === 0
      ? []
      : [
          `These files look like credentials, and anyone who can pull the image can read them: ${shown}${rest}. If they are credentials, \`exclude\` them.`,
        ]),
    ...(unknownFolders === undefined
      ? []
      : [
          `Folders of the base image that a layer writes to get mode 0755 and owner root, because their mode and owner in the base are unknown: ${unknownFolders}.`,
        ]),
  ];
}

interface ResolvedDigest {
  readonly project: string;
  readonly build: Digest;
  readonly base: FoundBase | undefined;
}

/** Labels, also as annotations of the manifest, which one request reads. Without commit and time: `publish` adds those. */
function nameImage({ labels, annotations }: NativeBuildOptions, { project, build, base }: ResolvedDigest) {
  const origin = makeAnnotations({ baseName: base?.reference, baseDigest: base?.image.manifest.descriptor.digest });
  const identity = makeAnnotations({ project, build });
  return { labels: { ...origin, ...labels, ...identity }, annotations: { ...origin, ...annotations, ...identity } };
}

/** Layers of a base on this machine are in no registry: they are stored and pushed with ours. */
async function storeBaseLayers(base: FoundBase | undefined, sink: Layout): Promise<void> {
  if (base?.stored === undefined) return;
  const { from, layers } = base.stored;
  for (const layer of layers) if (!(await sink.has(layer))) await sink.push(layer, () => from.fetch(layer));
}

interface Result extends ResolvedDigest {
  readonly options: NativeBuildOptions;
  readonly made: MadeImage;
  readonly sources: SourcesRecord;
}

function recordOf({ project, build, options, base, made, sources }: Result): ImageRecord {
  const manifest = made.manifest.descriptor;
  return {
    schemaVersion: RECORD_VERSION,
    project,
    engine: 'native',
    platform: formatPlatform(options.platform),
    build,
    output: { manifest, ...(base?.record === undefined ? {} : { base: base.record }) },
    sources,
  };
}

function layerFacts({ layers }: NativeBuildOptions, base: FoundBase | undefined, made: MadeImage): readonly LayerFact[] {
  const below = base?.layers.map(({ size }): LayerFact => ({ name: 'base', sizeBytes: size, origin: 'base' })) ?? [];
  const ours = made.layers.map(({ descriptor, reused }, index): LayerFact => ({
    name: layers[index]?.name ?? '',
    sizeBytes: descriptor.size,
    origin: reused ? 'reused' : 'new',
  }));
  return [...below, ...ours];
}
