import { type CopySummary, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type RegistryHints } from '../../connection/hints/registry-hints';
import { type BaseRecord } from '../../engines/image-record';
import { type BlobExchange } from '../../run/blob-exchange';

import { type Destination } from '../attempt/destination';
import { type ImageFacts, type PublishedImage } from './image-facts';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';

/** What one registry was sent, and what it confirms to hold. */
export interface StageResult {
  readonly manifest: EncodedManifest;
  readonly sent: CopySummary;
}

/** How a destination is to be served. */
export interface StageRequest {
  /** Blobs that the repository has as far as anybody can tell: not asked for, and sent only where the registry misses them. */
  readonly here: ReadonlySet<Digest>;
  readonly hints: RegistryHints;
  readonly exchange: BlobExchange;
  /** The manifest is put by its tags later, and not by its digest now. */
  readonly isManifestHeldBack: boolean;
  readonly watcher?: TransferWatcher;
  readonly signal?: AbortSignal;
}

/** An image of a commit, ready to be published. */
export interface PublishableImage {
  readonly facts: ImageFacts;
  /** `undefined` for a plan of an image that is not built yet. */
  readonly digest: Digest | undefined;
  /** Config and layers; none for an image that is not built yet. */
  readonly contents: readonly Descriptor[];
  /** The image that this one stands on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /** Bytes that all blobs and manifests have together; `undefined` for an image that is not built yet. */
  readonly sizeBytes: number | undefined;
  readonly platform: string;
  /** What is not known of it, for a plan. */
  readonly caveat?: string;
  /** Whether a published image is this very one. */
  isPublishedAs(published: PublishedImage): boolean;
  /** Brings the content to a destination. No floating tag moves. */
  stage(destination: Destination, request: StageRequest): Promise<StageResult>;
}
