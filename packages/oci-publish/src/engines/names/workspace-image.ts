import { isOciError, parseReference, type ImageReference } from '@nx-oci/model';

/** The name under which a project of the workspace publishes its image. */
export interface WorkspaceImage {
  /** As in `ImageReference`. */
  readonly registry: string;
  readonly repository: string;
  readonly project: string;
  /** Whether its platforms are parts, each in a folder of its own. */
  readonly hasParts?: boolean;
}

// `1.2.3`, `v1.2.3-rc.1`, and a commit, as `sha` writes it.
const FIXED_TAG = /^(?:v?\d+\.\d+\.\d+(?:[-+.].*)?|(?:sha-|git-)?[a-f0-9]{7,40})$/;

/**
 * The image of the workspace that a reference means: by any tag that moves, or none. A digest, a full version and a commit mean
 * what was published as such, which the registry has. Pure.
 */
export function findWorkspaceImage(
  { registry, repository, tag, digest }: ImageReference,
  images: readonly WorkspaceImage[],
): WorkspaceImage | undefined {
  if (digest !== undefined || (tag !== undefined && FIXED_TAG.test(tag))) return undefined;
  return images.find((image) => image.registry === registry && image.repository === repository);
}

/** The same for a reference as written. */
export function findNamedWorkspaceImage(written: string, images: readonly WorkspaceImage[]): WorkspaceImage | undefined {
  const reference = parse(written);
  return reference && findWorkspaceImage(reference, images);
}

/** A name that is not a valid reference is known to the builder only. */
function parse(written: string): ImageReference | undefined {
  try {
    return parseReference(written);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}
