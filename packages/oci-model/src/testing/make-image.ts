import { createHash } from 'node:crypto';

import {
  digestOf,
  encodeImageConfig,
  encodeManifest,
  MEDIA_TYPES,
  parsePlatform,
  type ContainerConfig,
  type EncodedImageConfig,
  type EncodedManifest,
  type ImageManifest,
} from '..';
import type { Content } from './memory-store';
import { makeTar } from './make-tar';

export interface ImageRecipe {
  /** How many layers; default 2. */
  readonly layers?: number;
  /** Size of the one file in each layer, in bytes; default 64. */
  readonly layerBytes?: number;
  /** Determines the bytes of the layers, the same on every machine; default `image`. */
  readonly seed?: string;
  /** Default `linux/amd64`. */
  readonly platform?: string;
  readonly config?: ContainerConfig;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface MadeImage {
  readonly manifest: EncodedManifest;
  readonly config: EncodedImageConfig;
  readonly layers: readonly Content[];
  /** All of it, children first. */
  readonly contents: readonly Content[];
}

export interface IndexRecipe extends Omit<ImageRecipe, 'platform'> {
  /** Default `linux/amd64` and `linux/arm64`. */
  readonly platforms?: readonly string[];
}

export interface MadeIndex {
  readonly index: EncodedManifest;
  readonly images: readonly MadeImage[];
  /** All of it, children first; shared content comes once for each image. */
  readonly contents: readonly Content[];
}

/** A small real image: each layer is a tar with one file, so any engine can load it. */
export function makeImage(recipe: ImageRecipe = {}): MadeImage {
  const { layers: count = 2, seed = 'image', annotations } = recipe;
  const layers = Array.from({ length: count }, (_, position) =>
    makeLayer(`${seed} ${position}`, `file-${position}`, recipe.layerBytes ?? 64),
  );
  const config = makeConfig(recipe, layers);
  const manifest = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...(annotations !== undefined && { annotations }),
  } satisfies ImageManifest);
  return { manifest, config, layers, contents: [...layers, config, manifest] };
}

/** Several images under one index; their layers are shared, their configs are not. */
export function makeIndex(recipe: IndexRecipe = {}): MadeIndex {
  const { platforms = ['linux/amd64', 'linux/arm64'], annotations, ...image } = recipe;
  const images = platforms.map((platform) => ({ platform: parsePlatform(platform), ...makeImage({ ...image, platform }) }));
  const index = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: images.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
    ...(annotations !== undefined && { annotations }),
  });
  return { index, images, contents: [...images.flatMap(({ contents }) => contents), index] };
}

function makeConfig(recipe: ImageRecipe, layers: readonly Content[]): EncodedImageConfig {
  return encodeImageConfig({
    ...parsePlatform(recipe.platform ?? 'linux/amd64'),
    config: recipe.config ?? {},
    // The layers are not compressed: digest and diff id are the same.
    rootfs: { type: 'layers', diff_ids: layers.map(({ descriptor }) => descriptor.digest) },
    history: layers.map((_, position) => ({ created_by: `made for a test, layer ${position}` })),
  });
}

function makeLayer(seed: string, name: string, sizeBytes: number): Content {
  const bytes = makeTar(name, pseudoRandomBytes(seed, sizeBytes));
  return { descriptor: { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf(bytes), size: bytes.byteLength }, bytes };
}

/** Bytes that look random but depend on the seed alone. */
function pseudoRandomBytes(seed: string, sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update(seed).digest();
}
