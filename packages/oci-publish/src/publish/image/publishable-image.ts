import { hexOf, type CopySummary, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type RegistryHints } from '../../connection/hints/registry-hints';
import { type BaseRecord } from '../../engines/image-record';
import { type BlobExchange } from '../../run/blob-exchange';

import { type Destination } from '../attempt/destination';
import { type ImageFacts, type PublishedImage } from './image-facts';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';

/** What one registry was sent, and what it confirms to hold. */
export interface StageResult {
  readonly manifest: EncodedManifest;
  /** Absent where an engine pushed by itself: it does not say. */
  readonly sent?: CopySummary;
  /** The tag that an engine had to push by, and that is set therefore. */
  readonly taggedAs?: string;
}

/** How a destination is to be served. */
export interface StageRequest {
  /** An immutable tag: an engine can push by tag only. */
  readonly tag: string;
  /** Blobs that the repository has as far as anybody can tell: not asked for, and sent only where the registry misses them. */
  readonly here: ReadonlySet<Digest>;
  readonly hints: RegistryHints;
  readonly exchange: BlobExchange;
  /** The manifest is put by its tags later, and not by its digest now. */
  readonly isManifestHeldBack: boolean;
  readonly watcher?: TransferWatcher;
  readonly signal?: AbortSignal;
}

/** An image that is built and checked, wherever it lies. Two kinds: a layout that we push, an engine that pushes. */
export interface PublishableImage {
  readonly facts: ImageFacts;
  /** Known before anything is sent, where we make the manifest. */
  readonly digest: Digest | undefined;
  /** Config and layers; none where the engine alone knows them. */
  readonly contents: readonly Descriptor[];
  /** The image that this one stands on, whose layers may be mounted from its repository. */
  readonly mountSource?: BaseRecord;
  /** Bytes that all blobs and manifests have together; `undefined` where only the engine knows. */
  readonly sizeBytes: number | undefined;
  readonly platform: string;
  /** What is not known of it, for a plan. */
  readonly caveat?: string;
  /** A tag that names this build and can mean nothing else: for an engine that must push by tag when no immutable one is wanted. */
  readonly stagingTag: string;
  /** Whether a published image is this very one. */
  isPublishedAs(published: PublishedImage): boolean;
  /** Brings the content to a destination. No floating tag moves. */
  stage(destination: Destination, request: StageRequest): Promise<StageResult>;
}

export function stagingTagOf(digest: Digest): string {
  return `build-${hexOf(digest).slice(0, 12)}`;
}
