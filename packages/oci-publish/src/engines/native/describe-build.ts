import { formatPlatform, type Digest, portablePath } from '@nx-oci/model';

import type { NativeBuildOptions, NativePlatform } from '../options/native-options';

/** Describes what the image for a platform consists of, the same on every machine, and the same as a build for that platform alone. */
export function describeNativeBuild(
  options: Omit<NativeBuildOptions, 'platforms'>,
  { layers, platform }: NativePlatform,
  workspaceRoot: string,
  baseDigest: Digest | undefined,
) {
  return {
    // The digest identifies the base; where it came from does not change the result.
    base: baseDigest ?? 'scratch',
    layers: layers.map(({ sources }) => sources.map((source) => ({ ...source, from: portablePath(workspaceRoot, source.from) }))),
    platform: formatPlatform(platform),
    config: options.config,
    labels: options.labels,
    annotations: options.annotations,
    ...(options.compression !== undefined && { compression: options.compression }),
  };
}
