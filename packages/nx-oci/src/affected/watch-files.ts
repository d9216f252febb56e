import { type NxJsonConfiguration, type ProjectConfiguration } from '@nx/devkit';

import { fileSet, type FileSet } from './file-set';
import { neededTargets } from './needed-targets';
import { readInputs, type Inputs } from './read-inputs';

/** The graph as far as it matters here; projects by name. */
export interface WorkspaceGraph {
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  /** Names of the projects that a project depends on directly; packages of npm are none. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly nxJson: NxJsonConfiguration;
}

/** The files that an image is made of, as far as the graph and `inputs` tell. */
export interface WatchedFiles {
  readonly project: string;
  /** By project, its own included; files from its root. */
  readonly byProject: ReadonlyMap<string, readonly FileSet[]>;
  /** From the workspace root. */
  readonly workspace: readonly FileSet[];
}

// Nx runs everything when one of these changes, whatever `inputs` say.
const FOR_EVERYBODY = ['nx.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** Finds the files whose change makes a new image of what a target publishes. Pure. */
export function watchFiles(graph: WorkspaceGraph, project: string, target: string): WatchedFiles {
  const configuration = graph.projects[project] ?? { root: '.' };
  const needed = neededTargets(configuration, target);
  const own = needed.own.map((name) => inputsOf(graph, project, name));
  const dependencies = allDependencies(graph, project);
  const ofDependency = (name: string): readonly FileSet[] => [
    ...own.map(({ ofDependencies }) => fileSet(ofDependencies)),
    ...needed.ofDependencies.map((made) => inputsOf(graph, name, made)).map((inputs) => fileSet(inputs.own)),
  ];
  const ofOthers = dependencies.flatMap((name) => needed.ofDependencies.map((made) => inputsOf(graph, name, made)));
  return {
    project,
    byProject: new Map([
      [project, own.map((inputs) => fileSet(inputs.own))],
      ...dependencies.map((name) => [name, ofDependency(name)] as const),
    ]),
    workspace: [fileSet(FOR_EVERYBODY), ...[...own, ...ofOthers].map(({ ofWorkspace }) => fileSet(ofWorkspace))],
  };
}

/** A target that a project does not have depends on nothing. */
function inputsOf({ projects, nxJson }: WorkspaceGraph, project: string, name: string): Inputs {
  const configuration = projects[project];
  const target = configuration?.targets?.[name];
  if (configuration === undefined || target === undefined) return { own: [], ofDependencies: [], ofWorkspace: [] };
  return readInputs(target, configuration, nxJson);
}

function allDependencies({ dependencies }: WorkspaceGraph, project: string): readonly string[] {
  const found = new Set<string>();
  const follow = (name: string): void => {
    for (const next of dependencies[name] ?? []) {
      if (next === project || found.has(next)) continue;
      found.add(next);
      follow(next);
    }
  };
  follow(project);
  return [...found];
}
