import { type Digest } from '@nx-oci/model';

import { type Destination } from '../../publish/destination/destination';
import { type ImageFacts } from '../../publish/image/image-facts';

/** The published image that files should name. */
export interface CurrentImage {
  readonly kind: 'found';
  readonly digest: Digest;
  readonly facts: ImageFacts;
  /** Its names that never move, the exact version first; of them the first that the registry confirms is written. */
  readonly names: readonly string[];
  /** Tags that are known to point at it. */
  readonly confirmed: readonly string[];
}

/** What a registry has of an image. What could not be found out is an error instead. */
export type FoundImage = CurrentImage | { readonly kind: 'absent'; readonly reason: string };

/** An image of this workspace in one registry. */
export interface PinnableImage {
  readonly project: string;
  /** `host/path`, as files name it. */
  readonly name: string;
  readonly destination: Destination;
  /** Finds what to write. Called once, and only for an image that stands in a file. */
  readonly find: () => Promise<FoundImage>;
}
