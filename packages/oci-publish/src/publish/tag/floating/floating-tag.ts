import { type ContentSource, type Digest, type EncodedManifest, type TagReader, type TagWriter } from '@nx-oci/model';

import { type TagScope } from '../../../tags/facts/tag-candidate';
import { type OrderFacts } from '../../../tags/compare-images';
import { type NamedVersion, type VersionNames } from '../../../tags/version-names';

/** The operations of a repository that moving a tag forward needs. */
export type TagStore = TagReader & TagWriter & ContentSource;

/** The facts of the image that a tag points at. */
export interface TargetFacts extends OrderFacts {
  /** Its digest before the stamp: equal content gives an equal one. */
  readonly content?: string;
  /** Its platforms; absent if unknown. */
  readonly platforms?: readonly string[];
}

/** The facts that decide whether a floating tag may move to our image. Plain JSON. */
export interface ForwardGuard {
  /** Of our image. */
  readonly facts: OrderFacts;
  /** Of our image; absent if unknown, or if the platform is not guarded. */
  readonly platforms?: readonly string[];
  readonly scope: TagScope;
  /** The form of the exact versions that compete for the tag. */
  readonly names: VersionNames;
  /** The highest known version in scope above ours, which the tag belongs to. */
  readonly above?: NamedVersion;
  /** What the tag pointed at in the plan, and the facts of that image. */
  readonly seen?: { readonly digest: Digest; readonly facts: TargetFacts };
}

/** A floating tag to move forward to an image whose immutable tags are set. */
export interface FloatingTag {
  readonly store: TagStore;
  /** `host/namespace/image`, unique for each repository. */
  readonly repository: string;
  readonly tag: string;
  readonly manifest: EncodedManifest;
  readonly guard: ForwardGuard;
}
