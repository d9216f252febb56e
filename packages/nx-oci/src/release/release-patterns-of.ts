import { type NxJsonConfiguration, type ProjectsConfigurations } from '@nx/devkit';
import { findReleasePatterns, type ReleasePattern } from '@nx-oci/publish';

/** The patterns of a project's release tags in nx.json; the usual ones by default. */
export function releasePatternsOf(
  { projects }: ProjectsConfigurations,
  { release }: NxJsonConfiguration,
): (project: string) => readonly ReleasePattern[] {
  return (name) => {
    const { root = '.', tags = [] } = projects[name] ?? {};
    return findReleasePatterns({ name, root, tags }, release);
  };
}
