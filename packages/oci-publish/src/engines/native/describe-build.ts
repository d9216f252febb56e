import { formatPlatform, type Digest } from '@nx-oci/model';

import { portablePath } from '../names/digest-build';
import type { NativeBuildOptions } from '../options/native-options';

/** Describes what the image consists of, the same on every machine. */
export function describeNativeBuild(options: NativeBuildOptions, workspaceRoot: string, baseDigest: Digest | undefined) {
  return {
    // The digest identifies the base; where it came from does not change the result.
    base: baseDigest ?? 'scratch',
    layers: options.layers.map(({ sources }) => sources.map((source) => ({ ...source, from: portablePath(workspaceRoot, source.from) }))),
    platform: formatPlatform(options.platform),
    config: options.config,
    labels: options.labels,
    annotations: options.annotations,
    ...(options.compression !== undefined && { compression: options.compression }),
  };
}
