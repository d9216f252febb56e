import { type Digest } from '@nx-oci/model';

import { type OrderFacts } from '../../tags/compare-images';
import { type OtherBases } from './base-labels';

/** The facts that an image records in labels or annotations; absent if it has none. */
export interface ImageFacts extends OrderFacts {
  /** Label `dev.nx-oci.project`. */
  readonly project?: string;
  /** Label `org.opencontainers.image.source`. */
  readonly source?: string;
  /** Label `dev.nx-oci.build`. */
  readonly build?: string;
  /** Label `dev.nx-oci.content`: the digest before the stamp, the same for every commit that changed nothing in the image. */
  readonly content?: string;
  /** Its base image, if recorded: full reference, and digest at that time. */
  readonly baseName?: string;
  readonly baseDigest?: string;
  /** The same for each platform of an index. */
  readonly baseDigests?: readonly string[];
  /** Other images that it is made of, of label `dev.nx-oci.bases`. */
  readonly otherBases?: OtherBases;
  /** Its platforms, such as `linux/amd64`; absent if not recorded, or not requested. */
  readonly platforms?: readonly string[];
  /** Built from uncommitted changes. */
  readonly isDirty: boolean;
}

export interface PublishedImage {
  readonly digest: Digest;
  /** Of the image's config; absent for an index. */
  readonly configDigest?: Digest;
  /** Of an image of one platform: manifest, config and compressed layers; absent for an index. */
  readonly sizeBytes?: number;
  readonly facts: ImageFacts;
}

/**
 * Whether two images are the same build: same project, same build options, same clean commit.
 * Then either may replace the other.
 */
export function isSameBuild(one: ImageFacts, other: ImageFacts): boolean {
  if (one.isDirty || other.isDirty) return false;
  return (
    [one.project, one.build, one.revision].every((fact) => fact !== undefined) &&
    one.project === other.project &&
    one.build === other.build &&
    one.revision === other.revision
  );
}

/** Whether two images are the same build, stamped as two releases: a pre-release and the release of one commit. */
export function isOtherRelease(one: ImageFacts, other: ImageFacts): boolean {
  return isSameBuild(one, other) && one.version !== undefined && other.version !== undefined && one.version !== other.version;
}
