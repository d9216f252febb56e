import {
  ANNOTATIONS,
  encodeImageConfig,
  encodeManifest,
  isImageSpecificLabel,
  OciError,
  parseManifest,
  type EncodedImageConfig,
  type EncodedManifest,
  type ImageConfig,
  type ImageManifest,
  type Platform,
} from '@nx-oci/model';

import type { BaseImage } from './base-image';
import { toOciType } from './oci-types';
import { changesIn, type OwnParts } from './own-parts';
import { inheritConfig } from './start-config';
import { withConfig } from './with-config';

/** An image built from files, as it was published. */
export interface RebasableImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
  readonly own: OwnParts;
}

export interface RebasedImage {
  readonly manifest: EncodedManifest;
  readonly config: EncodedImageConfig;
}

/**
 * Puts the layers and settings of an image on another version of its base, without a build: a new config and manifest. Its
 * files and the settings that it inherits are those of the new base; its own are unchanged. Pure.
 *
 * @param labels of the new image, as labels and annotations: they replace those of the same name.
 * @throws OciError `MANIFEST_INVALID` if the image is not made as it says; `PLATFORM_INVALID`, `CONFIG_INVALID` for the base.
 */
export function rebaseImage(image: RebasableImage, base: BaseImage, labels: Readonly<Record<string, string>>): RebasedImage {
  const { own } = image;
  const manifest = parseManifest(image.manifest.bytes, image.manifest.descriptor.mediaType);
  assertOwnLayers(image, manifest);
  const baseManifest = parseManifest(base.manifest.bytes, base.manifest.descriptor.mediaType);
  const config = rebaseConfig(image, base, { layers: baseManifest.layers.length, labels });
  const encoded = encodeImageConfig(config, manifest.config.mediaType);
  return {
    manifest: encodeManifest({
      ...manifest,
      config: { ...manifest.config, ...encoded.descriptor },
      layers: [...baseManifest.layers.map(toOciType), ...lastOf(manifest.layers, own.layers)],
      annotations: { ...manifest.annotations, ...labels },
    }),
    config: encoded,
  };
}

interface BaseChange {
  /** Of the base. */
  readonly layers: number;
  readonly labels: Readonly<Record<string, string>>;
}

function rebaseConfig({ config, own }: RebasableImage, base: BaseImage, { layers, labels }: BaseChange): ImageConfig {
  const start = inheritConfig(base.config, platformOf(config), layers);
  const mine = changesIn(config.config ?? {}, own);
  // Those of the image itself, which no base passes on.
  const specific = Object.entries(config.config?.Labels ?? {}).filter(([name]) => isImageSpecificLabel(name));
  const made = withConfig(
    {
      ...start,
      ...(config.created !== undefined && { created: config.created }),
      rootfs: { ...start.rootfs, diff_ids: [...start.rootfs.diff_ids, ...lastOf(config.rootfs.diff_ids, own.layers)] },
      history: [...(start.history ?? []), ...lastOf(config.history ?? [], own.layers)],
    },
    mine.changes,
    { ...Object.fromEntries(specific), ...mine.labels, ...labels },
  );
  return made;
}

/** Refuses an image that something else has changed. */
function assertOwnLayers({ manifest, config, own }: RebasableImage, { layers, annotations }: ImageManifest): void {
  const entries = (config.history ?? []).slice(-own.layers || Infinity);
  const isAsBuilt =
    layers.length === config.rootfs.diff_ids.length &&
    layers.length > own.layers &&
    annotations?.[ANNOTATIONS.own] !== undefined &&
    entries.every((entry) => entry.empty_layer !== true) &&
    entries.length === own.layers;
  if (isAsBuilt) return;
  throw new OciError(
    'MANIFEST_INVALID',
    `Cannot put ${manifest.descriptor.digest} on another base: its layers are not as nx-oci built them.`,
    {
      hint: 'Another tool has changed the image. Build and publish it again.',
    },
  );
}

function platformOf({ os, architecture, variant }: ImageConfig): Platform {
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

function lastOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return count === 0 ? [] : items.slice(-count);
}
