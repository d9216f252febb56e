import { type TargetConfiguration } from '@nx/devkit';

import { readTargetParts } from '@nx-oci/publish';

import { targetOptions } from '../nx-run/target-options';
import { findPath } from './find-cycle';
import { type OwnBase } from './find-own-bases';
import { imageTargetOf, type Projects } from './published-images';

type Dependency = NonNullable<TargetConfiguration['dependsOn']>[number];

/**
 * The `dependsOn` that an image target needs for its bases in the workspace: their image targets. None for a cycle, which Nx
 * would refuse without the lines that make it; the build names them. Pure.
 */
export function dependenciesOnBases(
  { project, target }: { readonly project: string; readonly target: string },
  bases: readonly OwnBase[],
  projects: Projects,
): readonly Dependency[] {
  const own = bases.filter((base) => base.project === project && base.target === target);
  const { platform } = readTargetParts(targetOptions(projects[project]?.targets?.[target] ?? {})) ?? {};
  const names = [...new Set(own.map(({ base }) => base))].sort();
  return names.flatMap((base): readonly Dependency[] => {
    const image = imageTargetOf(projects, base, platform);
    const isInCycle = findPath(bases, base, project) !== undefined;
    return image === undefined || isInCycle ? [] : [{ projects: [base], target: image }];
  });
}
