import { type ContentSource, type Digest, type EncodedManifest, type TagReader, type TagWriter } from '@nx-oci/model';

import { type TagScope } from '../../../tags/facts/tag-candidate';
import { type OrderFacts } from '../../../tags/compare-images';
import { type NamedVersion, type VersionNames } from '../../../tags/version-names';

/** All that moving a tag forward needs of a repository. */
export type TagStore = TagReader & TagWriter & ContentSource;

/** What the image that a tag points at says of itself. */
export interface TargetFacts extends OrderFacts {
  /** Its digest before the stamp: equal content gives an equal one. */
  readonly content?: string;
  /** What it runs on; absent if that is not known. */
  readonly platforms?: readonly string[];
}

/** What decides whether a floating tag may go to our image. Plain JSON. */
export interface ForwardGuard {
  /** Of our image. */
  readonly facts: OrderFacts;
  /** Of our image; absent if that is not known, or where it may be another. */
  readonly platforms?: readonly string[];
  readonly scope: TagScope;
  /** How the exact versions are named that compete for the tag. */
  readonly names: VersionNames;
  /** The highest version in scope that is known to be above ours: the tag belongs there. */
  readonly above?: NamedVersion;
  /** What the tag was seen to point at, and what that image says of itself. */
  readonly seen?: { readonly digest: Digest; readonly facts: TargetFacts };
}

/** A floating tag that is to be moved forward to an image whose immutable tags are set. */
export interface FloatingTag {
  readonly store: TagStore;
  /** `host/namespace/image`, unique for each repository. */
  readonly place: string;
  readonly tag: string;
  readonly manifest: EncodedManifest;
  readonly guard: ForwardGuard;
}
