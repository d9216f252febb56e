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
 * The descriptor with OCI's media type: the content is the same, since OCI adopted Docker's formats.
 *
 * @throws OciError `MEDIA_TYPE_UNSUPPORTED` for other Docker types: some registries refuse a manifest that mixes both.
 */
export function toOciType(descriptor: Descriptor): Descriptor {
  const { mediaType } = descriptor;
  const known = OCI_TYPES[mediaType];
  if (known !== undefined) return { ...descriptor, mediaType: known };
  if (!mediaType.startsWith('application/vnd.docker.')) return descriptor;
  throw new OciError('MEDIA_TYPE_UNSUPPORTED', `Cannot convert ${descriptor.digest} to OCI: its media type is ${mediaType}.`, {
    hint: 'Pull the image with a current engine, and push it again.',
  });
}

/**
 * A manifest whose media types are all Docker's or all OCI's: mixed ones become OCI's. Other types, such as those of
 * artifacts, stay.
 */
export function unifyMediaTypes(manifest: ImageManifest): ImageManifest {
  const types = [manifest.mediaType, manifest.config.mediaType, ...manifest.layers.map(({ mediaType }) => mediaType)];
  const isDocker = (type: string) => type.startsWith('application/vnd.docker.');
  if (types.every(isDocker) || !types.some(isDocker)) return manifest;
  return {
    ...manifest,
    mediaType: OCI_TYPES[manifest.mediaType] ?? manifest.mediaType,
    config: toOciType(manifest.config),
    layers: manifest.layers.map(toOciType),
  };
}
