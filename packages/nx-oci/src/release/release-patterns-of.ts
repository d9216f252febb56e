import { type NxJsonConfiguration, type ProjectsConfigurations } from '@nx/devkit';
import { findReleasePatterns, type ReleasePattern } from '@nx-oci/publish';

/** How nx.json names the git tags of a project's releases; the usual names where it says nothing. */
export function releasePatternsOf(
  { projects }: ProjectsConfigurations,
  { release }: NxJsonConfiguration,
): (project: string) => readonly ReleasePattern[] {
  return (name) => {
    const { root = '.', tags = [] } = projects[name] ?? {};
    return findReleasePatterns({ name, root, tags }, release);
  };
}
