import {
  ANNOTATIONS,
  encodeImageConfig,
  encodeManifest,
  MEDIA_TYPES,
  parseImageConfig,
  parseManifest,
  type EncodedImageConfig,
  type EncodedManifest,
  type ImageConfig,
} from '@nx-oci/model';

import { unifyMediaTypes } from './oci-types';

/** Facts that were unknown when the image was built. */
export interface StampFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339; by default, the config's own time stays. */
  readonly created?: string;
}

export interface StampableImage {
  readonly manifest: EncodedManifest;
  /** The config, encoded or parsed. */
  readonly config: Uint8Array | ImageConfig;
}

export interface StampedImage {
  readonly manifest: EncodedManifest;
  readonly config: EncodedImageConfig;
  /** All labels of the new config, so that callers need not parse it. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Writes facts into an image: a new config and a new manifest over the same layers.
 *
 * Pure, so that the same image and facts give the same digest everywhere. Existing labels and annotations win, since a user
 * set them; except `org.opencontainers.image.base.*`, which an image inherits from its base and which then describes the
 * base's base. Everything else in the two documents stays, including unknown fields of the config.
 *
 * @throws OciError `MANIFEST_INVALID`, `CONFIG_INVALID`.
 */
export function stampImage(image: StampableImage, facts: StampFacts): StampedImage {
  const manifest = unifyMediaTypes(parseManifest(image.manifest.bytes, image.manifest.descriptor.mediaType));
  const config = image.config instanceof Uint8Array ? parseImageConfig(image.config) : image.config;
  const labels = fillIn(config.config?.Labels, facts.labels);
  const created = facts.created === undefined ? {} : { created: facts.created };
  const stamped = encodeImageConfig({ ...config, ...created, config: { ...config.config, Labels: labels } }, manifest.config.mediaType);
  return {
    manifest: encodeManifest({
      ...manifest,
      config: { ...manifest.config, ...stamped.descriptor },
      // Docker's own manifest has no annotations; some registries refuse fields that they do not know.
      ...(manifest.mediaType === MEDIA_TYPES.ociManifest && { annotations: fillIn(manifest.annotations, facts.annotations) }),
    }),
    config: stamped,
    labels,
  };
}

const ALWAYS_FACTS: readonly string[] = [ANNOTATIONS.baseName, ANNOTATIONS.baseDigest];

export function fillIn(
  present: Readonly<Record<string, string>> = {},
  facts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const overriding = Object.entries(facts).filter(([key]) => ALWAYS_FACTS.includes(key));
  return { ...facts, ...present, ...Object.fromEntries(overriding) };
}
