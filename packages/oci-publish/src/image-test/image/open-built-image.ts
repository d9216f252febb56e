import { isImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  childrenOf,
  fallbackSource,
  isIndexType,
  isOciError,
  OciError,
  parseImageConfig,
  parseIndex,
  parseManifest,
  parsePlatform,
  parseReference,
  type ContentSource,
  type Descriptor,
  type Digest,
  type EncodedManifest,
} from '@nx-oci/model';

import { type OpenRepository } from '../../engines/base/load-base';
import { imageFolder, readImageRecord } from '../../engines/image/image-record';
import { openLocalImage, type LocalImage } from '../../engines/image/local-image';
import { type ExpectedPart } from '../../engines/names/expected-part';
import { findParts } from '../../engines/parts/find-parts';
import { mergeParts } from '../../engines/parts/merge-parts';
import { type ImageDocuments } from '../checks/tested-image';

/** The image of one platform, as `build` wrote it. */
export interface BuiltPlatform extends ImageDocuments {
  readonly manifest: EncodedManifest;
  /** Config first, then the layers, lowest first. */
  readonly contents: readonly Descriptor[];
}

/** The built image of a project. */
export interface OpenedImage {
  readonly project: string;
  /** Absolute; absent for an image that is in no folder. */
  readonly folder?: string;
  /** Of the manifest, or of the index of several platforms. */
  readonly digest: Digest;
  readonly platforms: readonly BuiltPlatform[];
  /** Reads all their content; layers of a base are downloaded from its registry. */
  readonly source: ContentSource;
}

export interface BuiltImageRequest {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** The parts that it consists of; absent if one task makes all of it. */
  readonly parts?: readonly ExpectedPart[] | undefined;
  readonly openRepository: OpenRepository;
}

/**
 * Opens the image in a project's image folder, or in the folders of its parts.
 *
 * @throws OciError `LAYOUT_INVALID` if it is missing or broken; `WRONG_IMAGE` if it belongs to another project.
 */
export async function openBuiltImage(request: BuiltImageRequest): Promise<OpenedImage> {
  const { project, openRepository } = request;
  const { record, folder, readDocument, content } = await findBuiltImage(request);
  const read = (descriptor: Descriptor) =>
    readDocument(descriptor).catch((error: unknown) => {
      throw isOciError(error, 'NOT_FOUND') ? brokenLayout(project, folder) : error;
    });
  const top = { descriptor: record.output.manifest, bytes: await read(record.output.manifest) };
  const isIndex = isIndexType(top.descriptor.mediaType);
  const manifests = isIndex ? parseIndex(top.bytes, top.descriptor.mediaType).manifests.filter(isImage) : [top.descriptor];
  const platforms = await Promise.all(
    manifests.map(async (descriptor) => readPlatform({ descriptor, bytes: await read(descriptor) }, record, read)),
  );
  for (const { config } of platforms) assertProject(project, config.Labels?.[ANNOTATIONS.project], folder);
  return {
    project,
    folder,
    digest: top.descriptor.digest,
    platforms,
    source: fallbackSource([content, ...distantSources(record, openRepository)]),
  };
}

async function findBuiltImage({ project, workspaceRoot, parts }: BuiltImageRequest): Promise<LocalImage> {
  const folder = imageFolder(workspaceRoot, project);
  if (parts === undefined) return openLocalImage(await readImageRecord(folder), folder);
  return mergeParts(project, folder, await findParts(parts, { project, workspaceRoot, purpose: 'open the image of' }));
}

/** What `image.json` says of an image. */
type ImageRecord = LocalImage['record'];

async function readPlatform(
  manifest: EncodedManifest,
  record: ImageRecord,
  read: (one: Descriptor) => Promise<Buffer>,
): Promise<BuiltPlatform> {
  const { config } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  return describePlatform(manifest, await read(config), record.platforms[0] ?? '');
}

/** @param otherwise the platform of a config that names none. */
export function describePlatform(manifest: EncodedManifest, configBytes: Uint8Array, otherwise: string): BuiltPlatform {
  const { layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const { os, architecture, variant, config = {} } = parseImageConfig(configBytes);
  const said = { os, architecture, ...(variant !== undefined && { variant }) };
  const contents = childrenOf(manifest);
  return {
    platform: os === '' || architecture === '' ? parsePlatform(otherwise) : said,
    config,
    layers,
    sizeBytes: contents.reduce((sum, { size }) => sum + size, manifest.descriptor.size),
    manifest,
    contents,
  };
}

/** The layers that the layout only references. */
function distantSources({ output: { base, staged = [] } }: ImageRecord, openRepository: OpenRepository): readonly ContentSource[] {
  const repositories = [...staged, ...(base === undefined ? [] : [parseReference(base.reference)])];
  return repositories.map(({ registry, repository }) => ({
    fetch: async (layer, options) => (await openRepository({ registry, repository })).fetch(layer, options),
  }));
}

function assertProject(project: string, found: string | undefined, folder: string): void {
  if (found === project) return;
  throw new OciError(
    'WRONG_IMAGE',
    `Cannot test the image of ${project}: the one in ${folder} is labelled ${found ?? 'with no project'}.`,
    {
      hint: `Build it again: nx run ${project}:image --skip-nx-cache`,
    },
  );
}

function brokenLayout(project: string, folder: string): OciError {
  return new OciError(
    'LAYOUT_INVALID',
    `Cannot test the image of ${project}: the layout in ${folder} does not hold what image.json names.`,
    {
      hint: `Build it again: nx run ${project}:image --skip-nx-cache`,
    },
  );
}
