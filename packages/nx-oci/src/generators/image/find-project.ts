import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { OciError, nearestName } from '@nx-oci/model';
import { suggestName } from '@nx-oci/publish';

import { getProjects } from '../../nx/devkit';
import { type ResolvedProjects } from '../resolved-projects';

export interface FoundProject {
  readonly name: string;
  /** With the targets that plugins infer, where the graph is known. */
  readonly project: ProjectConfiguration;
}

/**
 * The project of that name, or the one whose name it is a part of, as `nx run` takes it: `api` is `@shop/api`.
 *
 * @throws OciError `OPTIONS_INVALID` with the nearest right name
 */
export function findProject(tree: Tree, written: string, resolved?: ResolvedProjects): FoundProject {
  const projects = new Map([...getProjects(tree), ...Object.entries(resolved ?? {})]);
  const [name, ...others] = matchName(written, [...projects.keys()]);
  const project = name === undefined ? undefined : projects.get(name);
  if (others.length > 0)
    throw refuse(written, 'several projects have that in their names', `write one of ${[name, ...others].join(', ')}.`);
  if (name !== undefined && project !== undefined) return { name, project };
  const known = [...projects.keys()];
  const hint = known.length === 0 ? 'the workspace has no project yet; create one first.' : suggestName(nearestName(written, known), known);
  throw refuse(written, 'there is no project of that name', hint);
}

function matchName(written: string, names: readonly string[]): readonly string[] {
  if (names.includes(written)) return [written];
  // As Nx matches: whole words, where a hyphen is a part of a word.
  const part = written.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`(?<![@a-z0-9-])${part}(?![@a-z0-9-])`, 'i');
  return written === '' ? [] : names.filter((name) => expression.test(name));
}

function refuse(name: string, reason: string, hint: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot give ${name} an image: ${reason}.`, {
    hint: hint.charAt(0).toUpperCase() + hint.slice(1),
  });
}
