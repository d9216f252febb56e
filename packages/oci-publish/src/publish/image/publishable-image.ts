import { type ContentSource, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type BaseRecord, type ImageRecord } from '../../engines/image/image-record';
import { type ImageFacts, type PublishedImage } from './image-facts';

/** The result of a build: everything known of an image before the commit that it is published for. */
export interface BuiltImage {
  /** Layers, and the configs as they were built; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** Digest of the manifest, or of the index over several, as it was built; `undefined` for an image that is not built yet. */
  readonly content: Digest | undefined;
  /** The image that this one is built on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /**
   * Makes it the image of a commit.
   *
   * @param labels of `stampLabels`.
   */
  stamp(labels: Readonly<Record<string, string>>): PublishableImage;
}

/** Opens what a build left. @throws OciError `WRONG_IMAGE`, `LAYOUT_INVALID` */
export type ImageOpener = (record: ImageRecord, folder: string) => Promise<BuiltImage>;

/** An image of a commit, ready to be published. */
export interface PublishableImage {
  readonly facts: ImageFacts;
  /** Of the manifest, or of the index over several; `undefined` for a plan of an image that is not built yet. */
  readonly digest: Digest | undefined;
  /** Configs and layers, each once; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** The image that this one is built on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /** Bytes that all blobs and manifests have together, each once; `undefined` for an image that is not built yet. */
  readonly sizeBytes: number | undefined;
  /** One a platform; several have an index over them. None for an image that is not built yet. */
  readonly platforms: readonly PlatformManifest[];
  /** What is not known of it, for a plan. */
  readonly caveat?: string;
  /** What a registry is sent; absent for an image that is not built yet. */
  readonly stamped?: StampedContent;
  /** Whether a published image is this very one. */
  isPublishedAs(published: PublishedImage): boolean;
}

/** The image of one platform. */
export interface PlatformManifest {
  /** `linux/amd64` */
  readonly platform: string;
  readonly manifest: EncodedManifest;
}

/** The manifest of an image, or the index over several, and where it and all that it names are read. */
export interface StampedContent {
  readonly manifest: EncodedManifest;
  readonly source: ContentSource;
}
