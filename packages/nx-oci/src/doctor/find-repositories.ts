import { isOciError, OciError } from '@nx-oci/model';
import { type ProjectConfiguration } from '@nx/devkit';
import { normalizeTask, type Registries, type RegistryEntry, type RepositoryName, repositoryOf } from '@nx-oci/publish';

import { findPublishTargets } from '../nx-run/publish-targets';
import { type RegistryRepositories } from './check-registry';

/** A name below a namespace, for registries without images. Nothing is stored under it. */
export const STAND_IN = 'nx-oci-doctor';

export interface RepositoryQuery {
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  /** The project that the doctor was called for: only its images, if it has any. */
  readonly project: string;
  readonly registries: Registries;
  readonly env: NodeJS.ProcessEnv;
  /** Names of the registries to check; by default all that receive images. */
  readonly only?: readonly string[];
}

export interface FoundRepositories {
  readonly registries: readonly RegistryRepositories[];
  /** Problems of publish targets; their images are left out. */
  readonly problems: readonly string[];
  /** The projects whose images are checked. */
  readonly projects: readonly string[];
}

/**
 * The repositories of a project's images, or of the whole workspace for a project without images.
 *
 * @throws OciError `OPTIONS_INVALID` if there is nothing to check; as `Registries.select` for named registries.
 */
export function findRepositories({ projects, project, registries, env, only }: RepositoryQuery): FoundRepositories {
  if (registries.names.length === 0) throw nothingToSee(registries);
  const all = findPublishTargets(projects);
  const own = all.filter((task) => task.project === project);
  const tasks = own.length > 0 ? own : all;
  const problems: string[] = [];
  const destinations = tasks.flatMap((task) => {
    try {
      const { registries: entries, image } = normalizeTask(task, registries, env);
      return entries.map((entry) => ({ entry, name: repositoryOf(entry, image) }));
    } catch (error) {
      if (!isOciError(error)) throw error;
      problems.push([error.message, error.hint].filter((text) => text !== undefined).join('\n  → '));
      return [];
    }
  });
  const named = only === undefined ? undefined : registries.select(only);
  const entries = named ?? (tasks.length > 0 ? destinations.map(({ entry }) => entry) : registries.select(registries.names));
  const unique = [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  return {
    registries: unique.map((entry) => repositoriesOf(entry, destinations)),
    problems: [...new Set(problems)],
    projects: [...new Set(tasks.map((task) => task.project))],
  };
}

function nothingToSee({ exists }: Registries): OciError {
  const reason = exists ? 'registries.yaml defines no registry' : 'this workspace has no registries.yaml';
  return new OciError('OPTIONS_INVALID', `Cannot check the registries: ${reason}.`, { hint: 'Add one with `nx g nx-oci:registry`.' });
}

interface FoundDestination {
  readonly entry: RegistryEntry;
  readonly name: RepositoryName;
}

function repositoriesOf(entry: RegistryEntry, destinations: readonly FoundDestination[]): RegistryRepositories {
  const names = destinations.filter((destination) => destination.entry.name === entry.name).map(({ name }) => name);
  const [first = repositoryOf(entry, STAND_IN), ...others] = new Map(names.map((name) => [name.repository, name])).values();
  return { entry, repositories: [first, ...others] };
}
