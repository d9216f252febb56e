import { createLayout, storeImage, type SavedImage } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  formatPlatform,
  isImageSpecificLabel,
  OciError,
  type Descriptor,
  type ImageConfig,
  type Platform,
} from '@nx-oci/model';

import { findDockerfileBase, type BaseSearch } from './find-dockerfile-base';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { BaseRecord } from '../image/image-record';

/** The image of a builder, and the folder to export it to. */
export interface ExportRequest {
  readonly project: string;
  readonly image: SavedImage;
  readonly folder: string;
  /** Names of the labels that the image was given: other labels describe its base. */
  readonly ownLabels: ReadonlySet<string>;
  readonly base: Omit<BaseSearch, 'config' | 'platform' | 'signal'>;
  /** Absolute folder. */
  readonly layerCache: string;
  readonly compression: DockerfileOptions['compression'];
  readonly signal: AbortSignal;
}

export interface ExportedImage {
  readonly manifest: Descriptor;
  /** `os/architecture[/variant]` */
  readonly platform: string;
  readonly base?: BaseRecord;
}

/**
 * Exports an image into a layout. Layers that its base has in a registry are named but not stored. Labels that it only inherits
 * from the base are removed: a version of the base would prevent the image from getting its own.
 *
 * @throws OciError `WRONG_IMAGE` when it lacks the project's label.
 */
export async function exportImage({
  project,
  image,
  folder,
  ownLabels,
  base: search,
  layerCache,
  compression,
  signal,
}: ExportRequest): Promise<ExportedImage> {
  const { config } = image;
  if (config.config?.Labels?.[ANNOTATIONS.project] !== project) throw wrongImage(project);
  const { os, architecture, variant } = config;
  const platform: Platform = { os, architecture, ...(variant !== undefined && variant !== '' && { variant }) };
  const base = await findDockerfileBase({ ...search, config, platform, signal });
  const sink = await createLayout(folder);
  const rewrite = (whole: ImageConfig) => ownConfig(whole, ownLabels);
  const stored = await storeImage({
    image,
    sink,
    rewrite,
    ...(base && { base: base.image }),
    layerCache,
    ...(compression && { compression }),
    signal,
  });
  await sink.setEntries([{ ...stored.manifest.descriptor, platform }]);
  await sink.removeUnreferenced();
  return {
    manifest: stored.manifest.descriptor,
    platform: formatPlatform(platform),
    ...(base && stored.baseLayers.length > 0 && { base: { ...base.record, layers: stored.baseLayers } }),
  };
}

function ownConfig(config: ImageConfig, own: ReadonlySet<string>): ImageConfig {
  // Docker's legacy builder adds the container of its last step: different in each build, and useless.
  const { container: _id, container_config: _container, docker_version: _version, ...kept } = config;
  const labels = Object.entries(config.config?.Labels ?? {}).filter(([name]) => own.has(name) || !isImageSpecificLabel(name));
  return { ...kept, rootfs: config.rootfs, config: { ...config.config, Labels: Object.fromEntries(labels) } };
}

function wrongImage(project: string): OciError {
  return new OciError('WRONG_IMAGE', `Cannot use the image of ${project}: the image from the builder does not have its label.`, {
    hint: 'Check which builder was used: `docker buildx ls`, and the variable BUILDX_BUILDER. It must load its result into the engine.',
  });
}
