import { encodeManifest, MEDIA_TYPES, OciError, formatPlatform, type EncodedManifest, type Platform } from '@nx-oci/model';

/** One image of several for different platforms. */
export interface PlatformImage {
  readonly manifest: EncodedManifest;
  readonly platform: Platform;
  /** Of its entry in the index, where it can be read without its manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * One image index for the images of several platforms, in their order: of two that fit, clients use the first.
 *
 * @throws OciError `OPTIONS_INVALID` if two are for the same platform.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 */
export function buildIndex(images: readonly PlatformImage[], annotations?: Readonly<Record<string, string>>): EncodedManifest {
  const names = images.map(({ platform }) => formatPlatform(platform));
  const repeated = names.find((name, position) => names.indexOf(name) !== position);
  if (repeated !== undefined) {
    throw new OciError('OPTIONS_INVALID', `Cannot build an image index: two images are for ${repeated}.`, {
      hint: 'Name each platform once.',
    });
  }
  return encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: images.map(({ manifest: { descriptor }, platform, annotations: ofEntry }) => ({
      mediaType: descriptor.mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      ...(ofEntry !== undefined && { annotations: ofEntry }),
      platform,
    })),
    ...(annotations !== undefined && { annotations }),
  });
}
