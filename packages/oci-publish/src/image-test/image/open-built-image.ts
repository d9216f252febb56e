import { openLayout } from '@nx-oci/layout';
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
import { imageFolder, readImageRecord, type ImageRecord } from '../../engines/image/image-record';
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
  /** Absolute. */
  readonly folder: string;
  /** Of the manifest, or of the index of several platforms. */
  readonly digest: Digest;
  readonly platforms: readonly BuiltPlatform[];
  /** Reads all their content; layers of a base are downloaded from its registry. */
  readonly source: ContentSource;
}

/**
 * Opens the image in a project's image folder.
 *
 * @throws OciError `LAYOUT_INVALID` if it is missing or broken; `WRONG_IMAGE` if it belongs to another project.
 */
export async function openBuiltImage(project: string, workspaceRoot: string, openRepository: OpenRepository): Promise<OpenedImage> {
  const folder = imageFolder(workspaceRoot, project);
  const record = await readImageRecord(folder);
  const layout = await openLayout(folder);
  const read = (descriptor: Descriptor) =>
    layout.readDocument(descriptor).catch((error: unknown) => {
      throw isOciError(error, 'NOT_FOUND') ? brokenLayout(project, folder) : error;
    });
  const top = { descriptor: record.output.manifest, bytes: await read(record.output.manifest) };
  const manifests = isIndexType(top.descriptor.mediaType) ? parseIndex(top.bytes, top.descriptor.mediaType).manifests : [top.descriptor];
  const platforms = await Promise.all(
    manifests.map(async (descriptor) => readPlatform({ descriptor, bytes: await read(descriptor) }, record, read)),
  );
  for (const { config } of platforms) assertProject(project, config.Labels?.[ANNOTATIONS.project], folder);
  return {
    project,
    folder,
    digest: top.descriptor.digest,
    platforms,
    source: fallbackSource([layout, ...baseSources(record, openRepository)]),
  };
}

async function readPlatform(
  manifest: EncodedManifest,
  record: ImageRecord,
  read: (one: Descriptor) => Promise<Buffer>,
): Promise<BuiltPlatform> {
  const { config: descriptor, layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const { os, architecture, variant, config = {} } = parseImageConfig(await read(descriptor));
  const said = { os, architecture, ...(variant !== undefined && { variant }) };
  const contents = childrenOf(manifest);
  return {
    platform: os === '' || architecture === '' ? parsePlatform(record.platforms[0] ?? '') : said,
    config,
    layers,
    sizeBytes: contents.reduce((sum, { size }) => sum + size, manifest.descriptor.size),
    manifest,
    contents,
  };
}

function baseSources({ output: { base } }: ImageRecord, openRepository: OpenRepository): readonly ContentSource[] {
  if (base === undefined) return [];
  return [{ fetch: async (layer, options) => (await openRepository(parseReference(base.reference))).fetch(layer, options) }];
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
