import { type ImageConfig } from '@nx-oci/model';

import type { KnownLayer } from '../layer/layer-cache';
import { BUILD_TIME } from './start-config';

/** A layer and its origin, for the history. */
export interface DescribedLayer extends KnownLayer {
  /** `COPY /app /etc/app`, for example. */
  readonly createdBy: string;
}

/** A config with the layers on top, each with its entry in the history. */
export function withLayers(config: ImageConfig, layers: readonly DescribedLayer[]): ImageConfig {
  return {
    ...config,
    rootfs: { ...config.rootfs, diff_ids: [...config.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)] },
    history: [...(config.history ?? []), ...layers.map(({ createdBy }) => ({ created: BUILD_TIME, created_by: createdBy }))],
  };
}
