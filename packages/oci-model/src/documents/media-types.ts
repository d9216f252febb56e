/** Every media type that we read or write. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const MEDIA_TYPES = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayerTar: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerTar: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  dockerForeignLayerTar: 'application/vnd.docker.image.rootfs.foreign.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerForeignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ociForeignLayerTar: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
  ociForeignLayerGzip: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  ociForeignLayerZstd: 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
} as const;

const INDEX_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerIndex]);
const MANIFEST_TYPES: ReadonlySet<string> = new Set([MEDIA_TYPES.ociManifest, MEDIA_TYPES.dockerManifest]);
const FOREIGN_LAYER_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPES.dockerForeignLayerTar,
  MEDIA_TYPES.dockerForeignLayerGzip,
  MEDIA_TYPES.ociForeignLayerTar,
  MEDIA_TYPES.ociForeignLayerGzip,
  MEDIA_TYPES.ociForeignLayerZstd,
]);

/** The `Accept` types of a request for a manifest or an index, best first. */
export const ACCEPTED_MANIFEST_TYPES: readonly string[] = [
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.dockerIndex,
  MEDIA_TYPES.dockerManifest,
];

/** An image index or Docker's manifest list. */
export function isIndexType(mediaType: string): boolean {
  return INDEX_TYPES.has(mediaType);
}

/** An image manifest (also of an artefact), not an index. */
export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.has(mediaType);
}

/** A document that a registry serves under `/manifests/`: everything else is a blob. */
export function isManifestOrIndexType(mediaType: string): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}

/**
 * A layer that only its vendor may distribute (older Windows base layers): a registry holds the descriptor, its `urls`
 * say where the bytes are, and no client copies them.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers
 */
export function isForeignLayerType(mediaType: string): boolean {
  return FOREIGN_LAYER_TYPES.has(mediaType);
}
