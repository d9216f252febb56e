import { type Descriptor, type Digest } from '@nx-oci/model';

import { type BaseRecord, type ImageRecord } from '../../engines/image-record';
import { type PublishableImage } from './publishable-image';

/** What a build left: all that can be known of an image before anybody knows what commit it is published for. */
export interface BuiltImage {
  /** Layers, and the config as it was built; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** Digest of the manifest as it was built; `undefined` for an image that is not built yet. */
  readonly content: Digest | undefined;
  /** The image that this one stands on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /**
   * Makes it the image of a commit.
   *
   * @param labels of `stampLabels`.
   */
  stamp(labels: Readonly<Record<string, string>>): Promise<PublishableImage>;
}

/** Opens what a build left. @throws OciError `WRONG_IMAGE`, `LAYOUT_INVALID` */
export type ImageOpener = (record: ImageRecord, folder: string) => Promise<BuiltImage>;
