import { type ExecutorContext, type NxJsonConfiguration, type ProjectConfiguration, type ProjectGraph } from '@nx/devkit';

import { compileNameGlob } from '@nx-oci/model';

/** The part of the graph that we need; projects by name. */
export interface WorkspaceGraph {
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  /** Names of the projects that a project depends on directly, without npm packages. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly nxJson: NxJsonConfiguration;
}

/** The graph of a task, from the context of its executor. */
export function graphOf({
  projectsConfigurations,
  projectGraph,
  nxJsonConfiguration,
}: Pick<ExecutorContext, 'projectsConfigurations' | 'projectGraph' | 'nxJsonConfiguration'>): WorkspaceGraph {
  return { projects: projectsConfigurations.projects, dependencies: dependenciesIn(projectGraph), nxJson: nxJsonConfiguration };
}

/** The projects of Nx's own graph. */
function dependenciesIn({ dependencies, nodes }: ProjectGraph): WorkspaceGraph['dependencies'] {
  const isProject = ({ target }: { readonly target: string }): boolean => nodes[target] !== undefined;
  return Object.fromEntries(Object.entries(dependencies).map(([name, list]) => [name, list.filter(isProject).map(({ target }) => target)]));
}

/** All direct and indirect dependencies of a project; without itself, even in a cycle. */
export function allDependencies(graph: WorkspaceGraph, project: string): readonly string[] {
  const known = KNOWN.get(graph) ?? new Map<string, readonly string[]>();
  KNOWN.set(graph, known);
  const found = known.get(project) ?? walk(graph, project);
  known.set(project, found);
  return found;
}

// Cached, since all images with the same libraries ask for them.
const KNOWN = new WeakMap<WorkspaceGraph, Map<string, readonly string[]>>();

function walk({ dependencies }: WorkspaceGraph, project: string): readonly string[] {
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

/** Names of the projects that match a name, a pattern of names, or `tag:x`, as in Nx. */
export function namedProjects({ projects }: WorkspaceGraph, wanted: string): readonly string[] {
  if (projects[wanted] !== undefined) return [wanted];
  const [, tag] = /^tag:(.+)$/.exec(wanted) ?? [];
  const names = Object.keys(projects);
  if (tag !== undefined) return names.filter((name) => projects[name]?.tags?.some((one) => matchesName(tag, one)));
  return names.filter((name) => matchesName(wanted, name));
}

/** `build-*` matches `build-web`. */
export function matchesName(pattern: string, name: string): boolean {
  // A star also matches the slash of a scope.
  return pattern === name || (pattern.includes('*') && compileNameGlob(pattern.replaceAll(/\*+/g, '**')).matches(name));
}
