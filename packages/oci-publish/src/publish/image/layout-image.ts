import { openLayout, stampImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  childrenOf,
  fallbackSource,
  isIndexType,
  isOciError,
  makeAnnotations,
  OciError,
  parseImageConfig,
  type ContentSource,
  type EncodedManifest,
  type ImageConfig,
} from '@nx-oci/model';

import { type Connection } from '../../connection/open-connection';
import { type BaseRecord, type ImageRecord } from '../../engines/image/image-record';
import { documentSource } from '../../engines/image/document-source';
import { imageSize } from './image-size';
import { type BuiltImage, type ImageOpener, type PublishableImage } from './publishable-image';
import { readFacts } from './stamp-facts';

/** Opens layouts; layers of their bases are read where the bases are. */
export function imageOpener({ client }: Pick<Connection, 'client'>): ImageOpener {
  return (record, folder) => openLayoutImage({ record, folder, openBase: (base) => client.repository(base) });
}

interface OpenLayoutImageOptions {
  readonly record: ImageRecord;
  readonly folder: string;
  /** Opens the repository that the base image came from, for layers that the layout only names. */
  readonly openBase: (base: BaseRecord) => ContentSource;
}

/**
 * Opens a built layout. Stamping makes two small documents over the same layers, kept in memory, so that what Nx caches
 * never knows a commit.
 *
 * @throws OciError `WRONG_IMAGE` when the folder holds another project's image; `LAYOUT_INVALID` when it is broken.
 */
async function openLayoutImage({ record, folder, openBase }: OpenLayoutImageOptions): Promise<BuiltImage> {
  const layout = await openLayout(folder);
  const { manifest: descriptor, base } = record.output;
  const bytes = await layout.readDocument(descriptor).catch((error: unknown) => {
    throw isOciError(error, 'NOT_FOUND') ? brokenLayout(record.project, folder) : error;
  });
  const built = { descriptor, bytes };
  if (isIndexType(built.descriptor.mediaType)) throw notOnePlatform(record.project);
  const [configDescriptor] = childrenOf(built);
  if (configDescriptor === undefined) throw brokenLayout(record.project, folder);
  const config = parseImageConfig(await layout.readDocument(configDescriptor));
  assertProject(record.project, config.config?.Labels?.[ANNOTATIONS.project], folder);
  const bases = base === undefined ? [] : [openBase(base)];
  return {
    contents: childrenOf(built),
    content: descriptor.digest,
    mountSource: base,
    stamp: (labels) => stampLayout({ record, built, config, content: [layout, ...bases] }, labels),
  };
}

interface OpenedLayout {
  readonly record: ImageRecord;
  readonly built: EncodedManifest;
  readonly config: ImageConfig;
  /** Where its blobs are, the nearest place first. */
  readonly content: readonly ContentSource[];
}

function stampLayout({ record, built, config, content }: OpenedLayout, labels: Readonly<Record<string, string>>): PublishableImage {
  const { manifest: descriptor, base } = record.output;
  const stamp = { ...labels, [ANNOTATIONS.content]: descriptor.digest };
  // All that is asked of a published image, so that its config need not be read: builders write labels alone.
  const { project, build, platform } = record;
  const annotations = { ...stamp, ...makeAnnotations({ project, build, platform }) };
  const stamped = stampImage({ manifest: built, config }, { labels: stamp, annotations, created: labels[ANNOTATIONS.created] });
  const source = fallbackSource([documentSource([stamped.manifest, stamped.config]), ...content]);
  return {
    facts: readFacts(parseImageConfig(stamped.config.bytes).config?.Labels ?? {}),
    digest: stamped.manifest.descriptor.digest,
    platform,
    sizeBytes: imageSize(stamped.manifest),
    isPublishedAs: (published) => published.digest === stamped.manifest.descriptor.digest,
    contents: childrenOf(stamped.manifest),
    mountSource: base,
    stamped: { manifest: stamped.manifest, source },
  };
}

function assertProject(expected: string, found: string | undefined, folder: string): void {
  if (found === expected) return;
  throw new OciError('WRONG_IMAGE', `Cannot publish ${expected}: the image in ${folder} is labelled ${found ?? 'with no project'}.`, {
    hint: `Build it again: nx run ${expected}:publish --skip-nx-cache`,
  });
}

function brokenLayout(project: string, folder: string): OciError {
  return new OciError(
    'LAYOUT_INVALID',
    `Cannot publish ${project}: the layout in ${folder} does not hold the image that image.json names.`,
    {
      hint: `Build it again: nx run ${project}:publish --skip-nx-cache`,
    },
  );
}

function notOnePlatform(project: string): OciError {
  return new OciError(
    'MEDIA_TYPE_UNSUPPORTED',
    `Cannot publish ${project}: its layout contains an image index, which nx-oci cannot publish yet.`,
    {
      hint: 'Build for one platform.',
    },
  );
}
