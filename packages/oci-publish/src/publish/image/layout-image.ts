import { isImage, stampImage, stampIndex, type StampedImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  childrenOf,
  fallbackSource,
  isIndexType,
  isOciError,
  makeAnnotations,
  OciError,
  parseImageConfig,
  parseIndex,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
} from '@nx-oci/model';

import { type Connection } from '../../connection/open-connection';
import { type BaseRecord } from '../../engines/image/image-record';
import { type LocalImage } from '../../engines/image/local-image';
import { documentSource } from '../../engines/image/document-source';
import { baseLabels } from '../../engines/image/base-labels';
import { type ImageFacts } from './image-facts';
import { blobsOf, imageSize } from './image-size';
import { type BuiltImage, type ImageOpener, type PublishableImage, type PublishedDigests } from './publishable-image';
import { missingLayers } from './missing-layer';
import { readFacts } from './stamp-facts';

/** Opens layouts; layers of their bases are read from the base's registry. */
export function imageOpener({ client }: Pick<Connection, 'client'>): ImageOpener {
  return (image) => openLayoutImage(image, (repository) => client.repository(repository));
}

/** What `image.json` says of an image. */
type ImageRecord = LocalImage['record'];

/**
 * Opens a built layout. Stamping creates two small documents for each platform over the same layers, and a new index, all in
 * memory, so that what Nx caches never contains a commit.
 *
 * @param openRepository opens the repository of the base image, or of a part that was staged, for layers that the layout only
 *   references.
 * @throws OciError `WRONG_IMAGE` if the folder contains another project's image; `LAYOUT_INVALID` if it is broken.
 */
async function openLayoutImage(
  local: LocalImage,
  openRepository: (repository: Pick<BaseRecord, 'registry' | 'repository'>) => ContentSource,
): Promise<BuiltImage> {
  const { record, folder, readDocument, content: own } = local;
  const { manifest: descriptor, base, staged = [] } = record.output;
  const read = (one: Descriptor) =>
    readDocument(one).catch((error: unknown) => {
      throw isOciError(error, 'NOT_FOUND') ? brokenLayout(record.project, folder) : error;
    });
  const root = { descriptor, bytes: await read(descriptor) };
  const isIndex = isIndexType(descriptor.mediaType);
  const entries = isIndex ? childrenOf(root).filter(isImage) : [descriptor];
  if (entries.length !== record.platforms.length) throw brokenLayout(record.project, folder);
  const images = await Promise.all(
    entries.map(async (entry, position): Promise<OpenedPlatform> => {
      const manifest = { descriptor: entry, bytes: await read(entry) };
      const [configDescriptor] = childrenOf(manifest);
      if (configDescriptor === undefined) throw brokenLayout(record.project, folder);
      return { platform: record.platforms[position] ?? '', manifest, config: parseImageConfig(await read(configDescriptor)) };
    }),
  );
  for (const { config } of images) assertProject(record.project, config.config?.Labels?.[ANNOTATIONS.project], folder);
  const workspaceImages = (record.output.images ?? []).filter(({ project }) => project !== undefined);
  const distant = [...staged, ...(base === undefined ? [] : [base])].map(openRepository);
  const content = [own, ...distant, missingLayers(local, images)];
  return {
    contents: blobsOf(images.map(({ manifest }) => manifest)),
    content: descriptor.digest,
    mountSource: base,
    staged,
    ...(workspaceImages.length > 0 && { workspaceImages }),
    stamp: (labels, digests = new Map()) => {
      const layout = { record: publishedBases(record, digests), images, content, ...(isIndex && { index: root }) };
      return record.output.isAsBuilt ? takeAsBuilt(layout, root, labels) : stampLayout(layout, labels);
    },
  };
}

/** Images of the workspace are named by the digests that they have in registries: what was built is in none. */
function publishedBases(record: ImageRecord, digests: PublishedDigests): ImageRecord {
  const { images } = record.output;
  if (images === undefined) return record;
  const named = images.map((image) =>
    image.project === undefined ? image : { ...image, digests: image.digests.flatMap((built) => digests.get(built) ?? []) },
  );
  return { ...record, output: { ...record.output, images: named } };
}

/** The image of one platform, as built. */
interface OpenedPlatform {
  readonly platform: string;
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
}

interface OpenedLayout {
  readonly record: ImageRecord;
  readonly images: readonly OpenedPlatform[];
  /** Over the images of several platforms. */
  readonly index?: EncodedManifest;
  /** Sources of its blobs, the nearest first. */
  readonly content: readonly ContentSource[];
}

type Labels = Readonly<Record<string, string>>;

/**
 * An image with attestations, which name its digest: it got its labels when it was built, and stays as it is.
 *
 * @throws OciError `IMAGE_OUTDATED` if it was built from another commit, whose tags it would get.
 */
function takeAsBuilt(layout: OpenedLayout, root: EncodedManifest, labels: Labels): PublishableImage {
  const { record, images, index, content } = layout;
  const platforms = images.map(({ platform, manifest }) => ({ platform, manifest, builtAs: manifest.descriptor.digest }));
  const manifests = platforms.map(({ manifest }) => manifest);
  const own = readFacts(images[0]?.config.config?.Labels ?? {});
  const wanted = readFacts(labels);
  if (own.revision !== wanted.revision) throw ofOtherCommit(record.project, own.revision, wanted.revision);
  return {
    facts: { ...own, isDirty: wanted.isDirty, platforms: record.platforms },
    restamp: () => takeAsBuilt(layout, root, labels),
    digest: root.descriptor.digest,
    platforms,
    sizeBytes: imageSize(manifests, index && root),
    isPublishedAs: (published) => published.digest === root.descriptor.digest,
    contents: blobsOf(manifests),
    mountSource: record.output.base,
    stamped: { manifest: root, source: fallbackSource(content) },
  };
}

function stampLayout(layout: OpenedLayout, labels: Labels): PublishableImage {
  const { record, images, index, content } = layout;
  const stamped = images.map((image) => ({ ...image, stamped: stampPlatform(image, record, labels) }));
  const platforms = stamped.map(({ platform, manifest: { descriptor }, stamped: { manifest } }) => ({
    platform,
    manifest,
    builtAs: descriptor.digest,
  }));
  const manifests = platforms.map(({ manifest }) => manifest);
  const root = index === undefined ? manifests[0] : stampRoot(index, stamped, { record, labels });
  if (root === undefined) throw new Error('an image of no platform');
  const documents = [root, ...stamped.flatMap(({ stamped: { manifest, config } }) => [manifest, config])];
  return {
    facts: index === undefined ? readFacts(stamped[0]?.stamped.labels ?? {}) : readIndexFacts(root),
    restamp: (more) => stampLayout(layout, { ...labels, ...more }),
    digest: root.descriptor.digest,
    platforms,
    sizeBytes: imageSize(manifests, index && root),
    isPublishedAs: (published) => published.digest === root.descriptor.digest,
    contents: blobsOf(manifests),
    mountSource: record.output.base,
    ...(record.output.staged && { staged: record.output.staged }),
    stamped: { manifest: root, source: fallbackSource([documentSource(documents), ...content]) },
  };
}

function stampPlatform({ platform, manifest, config }: OpenedPlatform, record: ImageRecord, labels: Labels): StampedImage {
  const { project, build } = record;
  const bases = baseLabels(record.output, config.config?.Labels);
  const stamp = { ...labels, ...bases, [ANNOTATIONS.content]: manifest.descriptor.digest };
  const own = config.config?.Labels?.[ANNOTATIONS.build] ?? build;
  // All facts that are read from published images, so that their configs need not be read: builders write only labels.
  const annotations = { ...stamp, ...makeAnnotations({ project, build: own, platform }) };
  return stampImage({ manifest, config }, { labels: stamp, annotations, created: labels[ANNOTATIONS.created] });
}

interface RootStamp {
  readonly record: ImageRecord;
  readonly labels: Labels;
}

function stampRoot(
  index: EncodedManifest,
  images: readonly (OpenedPlatform & { readonly stamped: StampedImage })[],
  { record, labels }: RootStamp,
): EncodedManifest {
  const { project, build } = record;
  const bases = baseLabels(record.output);
  const stamp = { ...labels, ...bases, [ANNOTATIONS.content]: index.descriptor.digest, ...makeAnnotations({ project, build }) };
  return stampIndex(
    index,
    new Map(images.map(({ manifest, stamped }) => [manifest.descriptor.digest, stamped.manifest.descriptor])),
    stamp,
  );
}

function readIndexFacts({ bytes, descriptor }: EncodedManifest): ImageFacts {
  const { annotations = {}, manifests } = parseIndex(bytes, descriptor.mediaType);
  const baseDigests = manifests.flatMap((entry) => entry.annotations?.[ANNOTATIONS.baseDigest] ?? []);
  return { ...readFacts(annotations), ...(baseDigests.length > 0 && { baseDigests }) };
}

function assertProject(expected: string, found: string | undefined, folder: string): void {
  if (found === expected) return;
  throw new OciError('WRONG_IMAGE', `Cannot publish ${expected}: the image in ${folder} is labelled ${found ?? 'with no project'}.`, {
    hint: `Build it again: nx run ${expected}:publish --skip-nx-cache`,
  });
}

function ofOtherCommit(project: string, built = 'no commit', published = 'no commit'): OciError {
  return new OciError(
    'IMAGE_OUTDATED',
    `Cannot publish ${project}: its image was built from ${built.slice(0, 12)}, but this is ${published.slice(0, 12)}. With attestations, it keeps the labels of its build.`,
    { hint: `Build and publish it in one run: nx run ${project}:publish --skip-nx-cache` },
  );
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
