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

/** What a registry has to know of a manifest; the rest of the document is the client's business. */
export interface ManifestFacts {
  readonly mediaType: string;
  readonly subject?: Digest;
  /** What a referrers list calls the artefact; an index may have none. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Content that must be in the repository before this document may be. */
  readonly children: readonly Descriptor[];
}

/** The facts, or what is wrong with the document. */
export type ReadManifest = { readonly facts: ManifestFacts } | { readonly problem: string };

/**
 * Reads a manifest or an index of OCI or Docker.
 *
 * @param contentType as the client sent it, with or without parameters; without one the document's own field counts.
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
