import { type ContentSource, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type BaseRecord, type StagedLayers, type UsedImage } from '../../engines/image/image-record';
import { type LocalImage } from '../../engines/image/local-image';
import { type ImageFacts, type PublishedImage } from './image-facts';

/** The result of a build: an image before it is stamped with a commit. */
export interface BuiltImage {
  /** Layers, and configs as built; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** Digest of the manifest, or of the index over several, as it was built; `undefined` for an image that is not built yet. */
  readonly content: Digest | undefined;
  /** The image that this one is built on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /** The images of other projects of the workspace that it is made of. */
  readonly workspaceImages?: readonly UsedImage[];
  /** Repositories that have some of its layers already. */
  readonly staged?: readonly StagedLayers[];
  /**
   * Stamps it with a commit.
   *
   * @param labels of `stampLabels`.
   * @param digests of its `workspaceImages`; the labels leave out those that are not published.
   */
  stamp(labels: Readonly<Record<string, string>>, digests?: PublishedDigests): PublishableImage;
}

/** Digests in registries, by those as built. */
export type PublishedDigests = ReadonlyMap<Digest, Digest>;

/** Opens the output of a build. @throws OciError `WRONG_IMAGE`, `LAYOUT_INVALID` */
export type ImageOpener = (image: LocalImage) => Promise<BuiltImage>;

/** An image of a commit, ready to be published. */
export interface PublishableImage {
  readonly facts: ImageFacts;
  /** Of the manifest, or of the index over several; `undefined` for a plan of an image that is not built yet. */
  readonly digest: Digest | undefined;
  /** Configs and layers, each once; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** The image that this one is built on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /** Repositories that have some of its layers already. */
  readonly staged?: readonly StagedLayers[];
  /** Total bytes of all blobs and manifests, each counted once; `undefined` for an image that is not built yet. */
  readonly sizeBytes: number | undefined;
  /** One for each platform; several have an index. None for an image that is not built yet. */
  readonly platforms: readonly PlatformManifest[];
  /** What is unknown about it, for a plan. */
  readonly caveat?: string;
  /** The content to send; absent for an image that is not built yet. */
  readonly stamped?: StampedContent;
  /** The same with more labels; absent for an image that is not built yet. */
  readonly restamp?: (labels: Readonly<Record<string, string>>) => PublishableImage;
  /** Whether a published image is this one. */
  isPublishedAs(published: PublishedImage): boolean;
}

/** The image of one platform. */
export interface PlatformManifest {
  /** `linux/amd64` */
  readonly platform: string;
  readonly manifest: EncodedManifest;
  /** Its digest before it was stamped. */
  readonly builtAs: Digest;
}

/** The manifest of an image, or the index over several, and the source of its content. */
export interface StampedContent {
  readonly manifest: EncodedManifest;
  readonly source: ContentSource;
}
