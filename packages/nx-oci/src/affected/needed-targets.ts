import { type ProjectConfiguration, type TargetConfiguration } from '@nx/devkit';

/** The targets that a target is made of. */
export interface NeededTargets {
  /** Of the same project, the first one among them. */
  readonly own: readonly string[];
  /** Of the projects that it depends on. */
  readonly ofDependencies: readonly string[];
}

/** Follows `dependsOn` within a project: what goes into an image is mostly what `build` made, and not named by its own target. Pure. */
export function neededTargets({ targets = {} }: Pick<ProjectConfiguration, 'targets'>, name: string): NeededTargets {
  const own = new Set<string>();
  const ofDependencies = new Set<string>();
  const follow = (target: string): void => {
    if (own.has(target) || targets[target] === undefined) return;
    own.add(target);
    for (const dependency of targets[target].dependsOn ?? []) {
      const { target: next, isOfDependencies } = readDependency(dependency);
      if (isOfDependencies) ofDependencies.add(next);
      else follow(next);
    }
  };
  follow(name);
  return { own: [...own], ofDependencies: [...ofDependencies] };
}

type Dependency = NonNullable<TargetConfiguration['dependsOn']>[number];

function readDependency(dependency: Dependency): { readonly target: string; readonly isOfDependencies: boolean } {
  if (typeof dependency === 'string') {
    return dependency.startsWith('^')
      ? { target: dependency.slice(1), isOfDependencies: true }
      : { target: dependency, isOfDependencies: false };
  }
  return { target: dependency.target, isOfDependencies: dependency.dependencies === true || dependency.projects !== undefined };
}
