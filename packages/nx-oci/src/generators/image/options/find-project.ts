import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { nearestName } from '@nx-oci/model';
import { problemsToError, suggestName } from '@nx-oci/publish';

import { getProjects } from '../../../nx/devkit';
import { type ResolvedProjects } from '../../resolved-projects';

export interface FoundProject {
  readonly name: string;
  /** With the targets that plugins infer, if the graph is known. */
  readonly project: ProjectConfiguration;
}

/**
 * The project of that name, or the one whose name contains it, as with `nx run`: `api` means `@shop/api`.
 *
 * @param problems other problems, for the message
 * @throws OciError `OPTIONS_INVALID` with the nearest right name
 */
export function findProject(tree: Tree, written: string, resolved?: ResolvedProjects, problems: readonly string[] = []): FoundProject {
  const projects = new Map([...getProjects(tree), ...Object.entries(resolved ?? {})]);
  const known = [...projects.keys()];
  const names = matchName(written, known);
  const [name] = names;
  const project = name === undefined ? undefined : projects.get(name);
  if (name !== undefined && project !== undefined && names.length === 1) return { name, project };
  const problem =
    names.length > 1
      ? `several projects match this name → write one of ${names.join(', ')}`
      : `no project has this name → ${known.length === 0 ? 'the workspace has none yet; create one first' : suggestName(nearestName(written, known), known)}`;
  throw problemsToError('OPTIONS_INVALID', `Cannot give ${written} an image`, [problem, ...problems]);
}

function matchName(written: string, names: readonly string[]): readonly string[] {
  if (names.includes(written)) return [written];
  // Like Nx: matches whole words; a hyphen is part of a word.
  const part = written.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`(?<![@a-z0-9-])${part}(?![@a-z0-9-])`, 'i');
  return written === '' ? [] : names.filter((name) => expression.test(name));
}
