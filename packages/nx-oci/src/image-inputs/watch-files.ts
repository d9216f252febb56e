import { isWithin, namedPaths, type ReadText } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { fileSet, type FileSet } from './file-set';
import { upstreamTasks, type TaskName } from './upstream-tasks';
import { readInputs, type OtherInput } from './read-inputs';
import { targetOptions } from '../nx-run/target-options';
import { allDependencies, namedProjects, type WorkspaceGraph } from './workspace-graph';

/** The files that affect an image, according to the graph and `inputs`. */
export interface WatchedFiles {
  readonly project: string;
  /** By project, including its own; relative to the project's root. */
  readonly byProject: ReadonlyMap<string, readonly FileSet[]>;
  /** From the workspace root. */
  readonly workspace: readonly FileSet[];
  /** Names of variables of the environment. */
  readonly variables: readonly string[];
}

// When one of these changes, Nx runs nearly everything, whatever the `inputs`.
const FOR_EVERYBODY = ['nx.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'tsconfig.base.json'];

/**
 * Finds the files whose change affects the image that a target publishes. Pure.
 *
 * @param readText of a file, relative to the workspace root, for Dockerfiles.
 */
export function watchFiles(graph: WorkspaceGraph, project: string, target: string, readText?: ReadText): WatchedFiles {
  const watched = readFiles(graph, { project, target }, readText);
  return { ...watched, workspace: [fileSet(FOR_EVERYBODY), ...watched.workspace] };
}

/** The same without the files that affect all projects in Nx: a changed lock file alone makes no image outdated. Pure. */
export function readFiles(graph: WorkspaceGraph, { project, target }: TaskName, readText?: ReadText): WatchedFiles {
  const own = new Map<string, Patterns>();
  const workspace = new Patterns();
  const variables = new Set<string>();
  const read = (name: string, inputs: Parameters<typeof readInputs>[0]): readonly OtherInput[] => {
    const found = readInputs(inputs, graph.projects[name] ?? {}, graph.nxJson);
    const patterns = own.get(name) ?? new Patterns();
    own.set(name, patterns);
    patterns.add(found.own);
    workspace.add(found.ofWorkspace);
    for (const variable of found.variables) variables.add(variable);
    return found.ofOthers;
  };
  // Most tasks need the same from the same projects.
  const seen = new Set<string>();
  const tasks = upstreamTasks(graph, project, target);
  for (const path of pathsNamedBy(graph, tasks, readText)) workspace.addPath(path);
  for (const task of tasks) {
    for (const { projects, input } of read(task.project, graph.projects[task.project]?.targets?.[task.target] ?? {})) {
      const meant =
        projects === 'dependencies' ? allDependencies(graph, task.project) : projects.flatMap((name) => namedProjects(graph, name));
      for (const other of meant) {
        const key = JSON.stringify([other, input]);
        if (!seen.has(key)) read(other, { inputs: [input] });
        seen.add(key);
      }
    }
  }
  const byProject = new Map([...own].map(([name, patterns]) => [name, patterns.sets]));
  return { project, byProject, workspace: workspace.sets, variables: [...variables] };
}

/** The paths in the options of the images among these tasks, without secrets. */
function pathsNamedBy({ projects }: WorkspaceGraph, tasks: readonly TaskName[], readText?: ReadText): readonly string[] {
  return tasks.flatMap(({ project, target }) => {
    const { root = '.', targets = {} } = projects[project] ?? {};
    if (targets[target]?.executor !== BUILD_EXECUTOR) return [];
    const named = namedPaths(targetOptions(targets[target]), root, readText);
    return named.filter(({ isSecret }) => isSecret !== true).map(({ path }) => path);
  });
}

/** Lists of patterns, each once. */
class Patterns {
  readonly #sets = new Map<string, FileSet>();

  get sets(): readonly FileSet[] {
    return [...this.#sets.values()];
  }

  add(patterns: readonly string[]): void {
    if (patterns.length === 0) return;
    const key = JSON.stringify(patterns);
    if (!this.#sets.has(key)) this.#sets.set(key, fileSet(patterns));
  }

  /** A file, or a folder and all that is in it. */
  addPath(path: string): void {
    if (!this.#sets.has(path)) this.#sets.set(path, { has: (file) => isWithin(file, path) });
  }
}
