import { type ImageReference, type Platform } from '@nx-oci/model';

import { type RegistryEntry } from '../../configuration/registry-entry';

/** Which existing tags are never pointed at another digest: those that look like versions, all, or none. */
export type TagProtection = 'versions' | 'all' | 'none';

/** A target of a copy. */
export interface CopyTarget {
  /** From registries.yaml; with default settings for a host that it does not name. */
  readonly entry: RegistryEntry;
  readonly registry: string;
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
}

/** An image, chart or other artifact, and all repositories that it is copied to. */
export interface CopyJob {
  /** Has a tag, a digest, or both; with both, the digest decides what is copied. */
  readonly source: ImageReference;
  readonly targets: readonly CopyTarget[];
  /** The platforms of an index to copy; empty for all. */
  readonly platforms: readonly Platform[];
}

/** All work of one copy task, checked before any request to a registry. */
export interface CopyRequest {
  readonly jobs: readonly CopyJob[];
  /** Entries of registries.yaml whose settings and logins are needed. */
  readonly entries: readonly RegistryEntry[];
  /** Whether signatures, SBOMs and other referrers are copied with an image. */
  readonly hasReferrers: boolean;
  readonly protection: TagProtection;
  /** `abort`: all copies or none; `continue`: copies that fail are left out, and the task fails at the end. */
  readonly onFailure: 'abort' | 'continue';
  readonly isDryRun: boolean;
}
