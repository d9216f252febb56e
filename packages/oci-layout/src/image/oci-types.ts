import { MEDIA_TYPES, OciError, type Descriptor, type ImageManifest } from '@nx-oci/model';

const OCI_TYPES: Readonly<Record<string, string>> = {
  [MEDIA_TYPES.dockerManifest]: MEDIA_TYPES.ociManifest,
  [MEDIA_TYPES.dockerConfig]: MEDIA_TYPES.ociConfig,
  [MEDIA_TYPES.dockerLayerTar]: MEDIA_TYPES.ociLayerTar,
  [MEDIA_TYPES.dockerLayerGzip]: MEDIA_TYPES.ociLayerGzip,
  [MEDIA_TYPES.dockerLayerZstd]: MEDIA_TYPES.ociLayerZstd,
  [MEDIA_TYPES.dockerForeignLayerTar]: MEDIA_TYPES.ociForeignLayerTar,
  [MEDIA_TYPES.dockerForeignLayerGzip]: MEDIA_TYPES.ociForeignLayerGzip,
};

/**
 * The layer, config or manifest as an OCI manifest names it: the same bytes, for Docker's formats are the ones that OCI took
 * over.
 *
 * @throws OciError `MEDIA_TYPE_UNSUPPORTED` for another type of Docker's: a manifest that mixes both is refused by some.
 */
export function asOciType(descriptor: Descriptor): Descriptor {
  const { mediaType } = descriptor;
  const known = OCI_TYPES[mediaType];
  if (known !== undefined) return { ...descriptor, mediaType: known };
  if (!mediaType.startsWith('application/vnd.docker.')) return descriptor;
  throw new OciError('MEDIA_TYPE_UNSUPPORTED', `Cannot name ${descriptor.digest} in an OCI image: it is a ${mediaType}.`, {
    hint: 'Pull the image with a current engine, and push it again.',
  });
}

/**
 * A manifest whose types are of one family: Docker's own where all are, OCI's where any is. Foreign types, such as those of
 * artifacts, stay.
 */
export function ofOneFamily(manifest: ImageManifest): ImageManifest {
  const types = [manifest.mediaType, manifest.config.mediaType, ...manifest.layers.map(({ mediaType }) => mediaType)];
  const isDocker = (type: string) => type.startsWith('application/vnd.docker.');
  if (types.every(isDocker) || !types.some(isDocker)) return manifest;
  return {
    ...manifest,
    mediaType: OCI_TYPES[manifest.mediaType] ?? manifest.mediaType,
    config: asOciType(manifest.config),
    layers: manifest.layers.map(asOciType),
  };
}
