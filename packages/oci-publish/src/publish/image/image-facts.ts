import { type Digest } from '@nx-oci/model';

import { type OrderFacts } from '../../tags/compare-images';
import { areOnOtherBases, type BaseFacts } from './base-facts';

/** The facts that an image records in labels or annotations; absent if it has none. */
export interface ImageFacts extends OrderFacts, BaseFacts {
  /** Label `dev.nx-oci.project`. */
  readonly project?: string;
  /** Label `org.opencontainers.image.source`. */
  readonly source?: string;
  /** Label `dev.nx-oci.build`. */
  readonly build?: string;
  /** Label `dev.nx-oci.content`: the digest before the stamp, the same for every commit that changed nothing in the image. */
  readonly content?: string;
  /** Its platforms, such as `linux/amd64`; absent if not recorded, or not requested. */
  readonly platforms?: readonly string[];
  /** Built from uncommitted changes. */
  readonly isDirty: boolean;
}

export interface PublishedImage {
  readonly digest: Digest;
  /** Of the image's config; absent for an index. */
  readonly configDigest?: Digest;
  /** Manifests, configs and compressed layers, each once; absent for an index unless it was asked for. */
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

/** Whether two images are of the same commit, on different versions of their bases: one of them was made when a base had moved. */
export function isOnOtherBase(one: ImageFacts, other: ImageFacts): boolean {
  if (one.isDirty || other.isDirty || one.project === undefined || one.revision === undefined) return false;
  return one.project === other.project && one.revision === other.revision && areOnOtherBases(one, other);
}

/** Whether two images are the same build, stamped as two releases: a pre-release and the release of one commit. */
export function isOtherRelease(one: ImageFacts, other: ImageFacts): boolean {
  return isSameBuild(one, other) && one.version !== undefined && other.version !== undefined && one.version !== other.version;
}
