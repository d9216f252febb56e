import { getProjects, type ProjectConfiguration, type Tree } from '@nx/devkit';
import { OciError, nearestName } from '@nx-oci/model';

import { suggestName } from '../../configuration/problem';

/**
 * The project of that name.
 *
 * @throws OciError `OPTIONS_INVALID` with the nearest right name
 */
export function findProject(tree: Tree, name: string): ProjectConfiguration {
  const projects = getProjects(tree);
  const project = projects.get(name);
  if (project !== undefined) return project;
  const known = [...projects.keys()];
  const hint = known.length === 0 ? 'the workspace has no project yet; create one first.' : suggestName(nearestName(name, known), known);
  throw new OciError('OPTIONS_INVALID', `Cannot give ${name} an image: there is no project of that name.`, {
    hint: hint.charAt(0).toUpperCase() + hint.slice(1),
  });
}
