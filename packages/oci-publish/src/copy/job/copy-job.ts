import { type ImageReference, type Platform } from '@nx-oci/model';

import { type RegistryEntry } from '../../configuration/registry-entry';

/** Which existing tags are never pointed at another digest: those that look like versions, all, or none. */
export type TagProtection = 'versions' | 'all' | 'none';

/** Where a copy goes. */
export interface CopyTarget {
  /** Of registries.yaml; made up for a host that it does not name. */
  readonly entry: RegistryEntry;
  readonly registry: string;
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
}

/** One image, chart or other artefact, and every repository that it is copied to. */
export interface CopyJob {
  /** Has a tag, a digest, or both; with both, the digest decides what is copied. */
  readonly source: ImageReference;
  readonly targets: readonly CopyTarget[];
  /** The platforms of an index to copy; empty for all. */
  readonly platforms: readonly Platform[];
}

/** Everything that one copy task has to do: checked, before any request to a registry. */
export interface CopyRequest {
  readonly jobs: readonly CopyJob[];
  /** Entries of registries.yaml whose settings and logins are needed. */
  readonly entries: readonly RegistryEntry[];
  /** Whether signatures, SBOMs and what else refers to an image are copied with it. */
  readonly hasReferrers: boolean;
  readonly protection: TagProtection;
  /** `abort`: all copies or none; `continue`: what fails is left out, and the task fails at its end. */
  readonly onFailure: 'abort' | 'continue';
  readonly isDryRun: boolean;
}
