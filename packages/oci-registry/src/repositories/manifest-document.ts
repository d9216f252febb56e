import {
  artifactTypeOf,
  childrenOf,
  isForeignLayer,
  isOciError,
  parseManifestOrIndex,
  type Descriptor,
  type Digest,
  type ImageIndex,
  type ImageManifest,
} from '@nx-oci/model';

/** The parts of a manifest that a registry needs. */
export interface ManifestFacts {
  readonly mediaType: string;
  readonly subject?: Digest;
  /** The artifact type in a referrers list; an index may have none. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Content that the repository must have before this document. */
  readonly children: readonly Descriptor[];
}

/** The parsed manifest, or its problem. */
export type ReadManifest = { readonly facts: ManifestFacts } | { readonly problem: string };

/**
 * Reads a manifest or an index of OCI or Docker.
 *
 * @param contentType as the client sent it, with or without parameters; without one, the field in the document is used.
 */
export function readManifest(bytes: Uint8Array, contentType: string | undefined): ReadManifest {
  try {
    const document = parseManifestOrIndex(bytes, contentType?.split(';')[0]?.trim());
    return { facts: gatherFacts(document) };
  } catch (error) {
    if (isOciError(error)) return { problem: error.message };
    throw error;
  }
}

function gatherFacts(document: ImageManifest | ImageIndex): ManifestFacts {
  const { mediaType, subject, annotations } = document;
  return {
    mediaType,
    subject: subject?.digest,
    artifactType: artifactTypeOf(document),
    annotations,
    children: childrenOf(document).filter((child) => !isForeignLayer(child)),
  };
}
