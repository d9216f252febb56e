import { isOciError } from '@nx-oci/model';
import { normalizeTask, type Registries } from '@nx-oci/publish';

import { findPublishTargets } from '../../nx-run/publish-targets';
import { type ResolvedProjects } from '../resolved-projects';

/** The names of all images of the workspace, each once. Publish targets with problems are left out: a publish reports them. */
export function findImageNames(projects: ResolvedProjects, registries: Registries, env: NodeJS.ProcessEnv): readonly string[] {
  const names = findPublishTargets(projects).flatMap((task) => {
    try {
      return [normalizeTask(task, registries, env).image];
    } catch (error) {
      if (!isOciError(error)) throw error;
      return [];
    }
  });
  return [...new Set(names)].sort();
}
