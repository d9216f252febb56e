import { loadBases, parseOwnParts, rebaseImage, type BaseImage, type OwnParts } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  digestOf,
  encodeManifest,
  fallbackSource,
  formatPlatform,
  isIndexType,
  isOciError,
  makeAnnotations,
  MAX_CONFIG_BYTES,
  OciError,
  parseImageConfig,
  parseIndex,
  parseManifest,
  parseReference,
  readLimited,
  verifyBytes,
  type Descriptor,
  type Digest,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
} from '@nx-oci/model';

import { documentSource } from '../engines/image/document-source';
import { type BaseTags } from '../publish/image/base-tags';
import { type MountableLayers } from '../publish/image/mount-source';
import { describeDestination } from '../publish/destination/destination';
import { type LeftImage, type RebaseCandidate } from './find-candidates';
import { type PlatformDocuments, type UntaggedImage } from './rebase-context';

/** A candidate on its new base. */
export interface RebasedCandidate extends RebaseCandidate {
  readonly root: EncodedManifest;
  readonly made: UntaggedImage;
  readonly platformNames: readonly string[];
  readonly baseUpdates: number;
  /** Blobs of the image as it was, which its repository has. */
  readonly present: ReadonlySet<Digest>;
  /** Its blobs now. */
  readonly contents: readonly Descriptor[];
  readonly mountSource: MountableLayers;
}

/** The image of one platform as it was published. */
interface PublishedPlatform {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
  readonly own: OwnParts;
  readonly platform: Platform;
}

/** Puts images on their new bases, in memory. Reads each base once. */
export class RebaseMaker {
  readonly #bases = new Map<string, Promise<readonly BaseImage[]>>();

  constructor(
    private readonly bases: BaseTags,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @returns why the image must be built instead, if nx-oci did not build it from files, or the base does not fit any more. */
  async make(candidate: RebaseCandidate): Promise<RebasedCandidate | LeftImage> {
    try {
      return await this.#makeOne(candidate);
    } catch (error) {
      // Of this image alone: the others get their new base.
      if (isOciError(error, 'PLATFORM_INVALID', 'MANIFEST_INVALID', 'CONFIG_INVALID'))
        return leaveToBuild(candidate, describeOnLine(error));
      throw error;
    }
  }

  async #makeOne(candidate: RebaseCandidate): Promise<RebasedCandidate | LeftImage> {
    const { image, destination, moved, named } = candidate;
    const root = await this.#fetchManifest(candidate, image.digest);
    const isIndex = isIndexType(root.descriptor.mediaType);
    const entries = isIndex ? parseIndex(root.bytes, root.descriptor.mediaType).manifests : [root.descriptor];
    const platforms = await Promise.all(entries.map((entry) => this.#readPlatform(candidate, entry)));
    if (!platforms.every((one) => one !== undefined)) return leaveToBuild(candidate, NOT_FROM_FILES);
    const found = await this.#loadBases(moved, platforms);
    const baseUpdates = (image.facts.baseUpdates ?? 0) + 1;
    const rebased = platforms.map((platform, index) => rebaseOne(platform, found[index], { moved, baseUpdates }));
    const documents = rebased.flatMap(({ manifest, config }) => [manifest, config]);
    const top = isIndex ? rebaseIndex(root, rebased, { baseUpdates }) : rebased[0]?.manifest;
    if (top === undefined) throw new Error('an image of no platform');
    const reference = parseReference(moved.reference);
    const layers = found.flatMap(({ manifest }) => parseManifest(manifest.bytes, manifest.descriptor.mediaType).layers);
    const before = platforms.flatMap(({ manifest }) => blobsIn(manifest));
    const source = fallbackSource([documentSource([top, ...documents]), destination.repository, this.bases.repository(reference)]);
    return {
      ...candidate,
      root: top,
      made: {
        project: named.task.project,
        digest: top.descriptor.digest,
        platforms: rebased.map(({ manifest, config }): PlatformDocuments => ({ manifest, config: config.bytes })),
        source,
      },
      platformNames: platforms.map(({ platform }) => formatPlatform(platform)),
      baseUpdates,
      present: new Set(before.map(({ digest }) => digest)),
      contents: rebased.flatMap(({ manifest }) => blobsIn(manifest)),
      mountSource: { registry: reference.registry, repository: reference.repository, layers },
    };
  }

  async #fetchManifest({ destination }: RebaseCandidate, digest: Digest): Promise<EncodedManifest> {
    const manifest = await destination.repository.fetchManifest(digest, { signal: this.signal });
    if (manifest !== undefined) return manifest;
    throw new OciError('NOT_FOUND', `Cannot read ${describeDestination(destination)}@${digest}: the registry does not have it.`, {
      hint: 'Publish the image again.',
    });
  }

  /** @returns `undefined` for an image that is not built from files, and for attestations. */
  async #readPlatform(candidate: RebaseCandidate, entry: Descriptor): Promise<PublishedPlatform | undefined> {
    const manifest = await this.#fetchManifest(candidate, entry.digest);
    if (isIndexType(manifest.descriptor.mediaType)) return undefined;
    const { annotations = {}, config: descriptor } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
    const own = parseOwnParts(annotations[ANNOTATIONS.own] ?? '');
    if (own === undefined) return undefined;
    const content = await candidate.destination.repository.fetch(descriptor, { signal: this.signal });
    const bytes = await readLimited(content, MAX_CONFIG_BYTES, 'image config');
    verifyBytes(descriptor, bytes);
    const config = parseImageConfig(bytes);
    const { os, architecture, variant } = config;
    return { manifest, config, own, platform: entry.platform ?? { os, architecture, ...(variant !== undefined && { variant }) } };
  }

  #loadBases({ reference, to }: RebaseCandidate['moved'], platforms: readonly PublishedPlatform[]): Promise<readonly BaseImage[]> {
    const key = JSON.stringify([reference, to, platforms.map(({ platform }) => formatPlatform(platform))]);
    const options = { name: reference, ...(this.signal !== undefined && { signal: this.signal }) };
    const source = this.bases.repository(parseReference(reference));
    const loaded =
      this.#bases.get(key) ??
      loadBases(
        source,
        to,
        platforms.map(({ platform }) => platform),
        options,
      );
    this.#bases.set(key, loaded);
    return loaded;
  }
}

const NOT_FROM_FILES = 'it was built from a Dockerfile, on an image of the workspace, or by an earlier version of nx-oci';

function leaveToBuild({ named, destination, tags }: RebaseCandidate, why: string): LeftImage {
  const place = `${describeDestination(destination)}:${tags[0]?.tag ?? ''}`;
  return { project: named.task.project, place, kind: 'rebuild', why };
}

function describeOnLine({ message, hint }: OciError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

interface BaseUpdate {
  readonly baseUpdates: number;
}

interface RebasedPlatform extends ReturnType<typeof rebaseImage> {
  readonly before: Digest;
  readonly baseDigest: Digest;
}

function rebaseOne(
  { manifest, config, own }: PublishedPlatform,
  base: BaseImage | undefined,
  { baseUpdates, moved }: BaseUpdate & Pick<RebaseCandidate, 'moved'>,
): RebasedPlatform {
  if (base === undefined) throw new Error('no base image for a platform');
  const baseDigest = base.manifest.descriptor.digest;
  const labels = makeAnnotations({
    baseName: moved.reference,
    baseDigest,
    baseUpdates: String(baseUpdates),
    content: contentOn(config.config?.Labels?.[ANNOTATIONS.content], baseDigest),
  });
  return { ...rebaseImage({ manifest, config, own }, base, labels), before: manifest.descriptor.digest, baseDigest };
}

/** The same index over the new images. */
function rebaseIndex(root: EncodedManifest, rebased: readonly RebasedPlatform[], { baseUpdates }: BaseUpdate): EncodedManifest {
  const document = parseIndex(root.bytes, root.descriptor.mediaType);
  const manifests = document.manifests.map((entry): Descriptor => {
    const made = rebased.find(({ before }) => before === entry.digest);
    if (made === undefined) throw new Error('an image of the index was not rebased');
    const { mediaType, digest, size } = made.manifest.descriptor;
    return {
      ...entry,
      mediaType,
      digest,
      size,
      annotations: { ...entry.annotations, ...makeAnnotations({ baseDigest: made.baseDigest }) },
    };
  });
  const bases = rebased.map(({ baseDigest }) => baseDigest).join(' ');
  const labels = makeAnnotations({
    baseUpdates: String(baseUpdates),
    content: contentOn(document.annotations?.[ANNOTATIONS.content], bases),
  });
  return encodeManifest({ ...document, manifests, annotations: { ...document.annotations, ...labels } });
}

/** Another content than before: equal for the same files on the same base. */
function contentOn(content: string | undefined, base: string): Digest {
  return digestOf(`${content ?? ''} ${base}`);
}

function blobsIn(manifest: EncodedManifest): readonly Descriptor[] {
  const { config, layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  return [config, ...layers];
}
