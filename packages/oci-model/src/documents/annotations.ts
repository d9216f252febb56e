/**
 * Keys of annotations and labels that we read or write.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
export const ANNOTATIONS = {
  /** RFC 3339. */
  created: 'org.opencontainers.image.created',
  authors: 'org.opencontainers.image.authors',
  url: 'org.opencontainers.image.url',
  documentation: 'org.opencontainers.image.documentation',
  /** Where the source code is; GitHub links a package to this repository. */
  source: 'org.opencontainers.image.source',
  version: 'org.opencontainers.image.version',
  /** The full commit id. */
  revision: 'org.opencontainers.image.revision',
  vendor: 'org.opencontainers.image.vendor',
  /** An SPDX licence expression. */
  licenses: 'org.opencontainers.image.licenses',
  /** In the index of a layout folder: the tag (podman, skopeo) or full reference that an entry stands for. */
  refName: 'org.opencontainers.image.ref.name',
  title: 'org.opencontainers.image.title',
  description: 'org.opencontainers.image.description',
  /** The digest of the image that this one was built on. */
  baseDigest: 'org.opencontainers.image.base.digest',
  /** The full reference of the image that this one was built on. */
  baseName: 'org.opencontainers.image.base.name',
  /** Ours: the project that the image belongs to. */
  project: 'dev.nx-oci.project',
  /** Ours: a digest of the normalised options that the image was built with. */
  build: 'dev.nx-oci.build',
  /** Ours: the digest that the image had before its commit was stamped on it; equal for equal content. */
  content: 'dev.nx-oci.content',
  /** Ours: `true` where the image was built from uncommitted changes. */
  dirty: 'dev.nx-oci.dirty',
  /** Ours: the images that this one copies from or has stages on, besides its base: `reference=digest`, separated by spaces. */
  bases: 'dev.nx-oci.bases',
  /** Ours: how often an image of this commit was put on a newer base before this one. */
  baseUpdates: 'dev.nx-oci.base.updates',
  /** Ours: what an image built from files has of its own, apart from its base; JSON with a version. */
  own: 'dev.nx-oci.own',
  /** Ours: the platform that the image runs on, `linux/amd64`, so that a reader need not fetch its config. */
  platform: 'dev.nx-oci.platform',
} as const;

export type AnnotationKey = (typeof ANNOTATIONS)[keyof typeof ANNOTATIONS];

/**
 * Whether a label describes one image only, so that images built on it must not inherit it: `org.opencontainers.image.*` has
 * its version, source and time, `dev.nx-oci.*` its project and build.
 */
export function isImageSpecificLabel(label: string): boolean {
  return /^(?:org\.opencontainers\.image|dev\.nx-oci)\./.test(label);
}

/** Makes annotations or labels of the facts that are known: entries without a value are left out. */
export function makeAnnotations(facts: Partial<Record<keyof typeof ANNOTATIONS, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(facts) as [keyof typeof ANNOTATIONS, string | undefined][];
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[ANNOTATIONS[name], value]])));
}
