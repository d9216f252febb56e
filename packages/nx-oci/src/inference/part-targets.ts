import { type TargetConfiguration } from '@nx/devkit';
import { partName, partOutputs, readTargetParts } from '@nx-oci/publish';

import { matchesName } from '../image-inputs/workspace-graph';

/** The target of an image whose platforms are made apart. */
export interface ImageOfParts {
  /** Of the target: `image`. */
  readonly name: string;
  /** As inferred, with what the project's files and the target defaults of nx.json say. */
  readonly target: TargetConfiguration;
}

/**
 * The target of an image with `parts`, and one for each of its platforms, which a machine of that platform runs. Empty for any
 * other image. Pure.
 */
export function partTargets({ name, target }: ImageOfParts): Record<string, TargetConfiguration> {
  const { platforms = [], platform } = readTargetParts((target.options ?? {}) as Readonly<Record<string, unknown>>) ?? {};
  if (platform !== undefined || platforms.length === 0) return {};
  const names = platforms.map((one) => partTargetName(name, one));
  const isPart = (dependency: unknown): boolean => typeof dependency === 'string' && names.some((part) => matchesName(dependency, part));
  const before = target.dependsOn?.filter((dependency) => !isPart(dependency)) ?? [];
  const { outputs: _own, dependsOn: _before, ...shared } = target;
  const parts = platforms.map((one) => [
    partTargetName(name, one),
    {
      ...shared,
      ...(before.length > 0 && { dependsOn: before }),
      outputs: [...partOutputs(one)],
      options: { ...(target.options as object | undefined), platform: one },
      metadata: { technologies: ['oci'], description: `Makes the part of the image for ${one}, on a machine of that platform.` },
    },
  ]);
  const whole: TargetConfiguration = {
    ...shared,
    dependsOn: names,
    cache: false,
    metadata: { technologies: ['oci'], description: `Checks that the parts of the image for ${platforms.join(' and ')} fit together.` },
  };
  return { ...(Object.fromEntries(parts) as Record<string, TargetConfiguration>), [name]: whole };
}

/** `image-linux-arm64` */
export function partTargetName(name: string, platform: string): string {
  return `${name}-${partName(platform)}`;
}
