import { type ExecutorContext, type NxJsonConfiguration, type ProjectConfiguration, type ProjectGraph } from '@nx/devkit';

import { compileNameGlob } from '@nx-oci/model';

/** The graph as far as it matters here; projects by name. */
export interface WorkspaceGraph {
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  /** Names of the projects that a project depends on directly; packages of npm are none. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly nxJson: NxJsonConfiguration;
}

/** The graph of a task, as its executor is given it. */
export function graphOf({
  projectsConfigurations,
  projectGraph,
  nxJsonConfiguration,
}: Pick<ExecutorContext, 'projectsConfigurations' | 'projectGraph' | 'nxJsonConfiguration'>): WorkspaceGraph {
  return { projects: projectsConfigurations.projects, dependencies: dependenciesIn(projectGraph), nxJson: nxJsonConfiguration };
}

/** What Nx's own graph says of projects alone. */
function dependenciesIn({ dependencies, nodes }: ProjectGraph): WorkspaceGraph['dependencies'] {
  const isProject = ({ target }: { readonly target: string }): boolean => nodes[target] !== undefined;
  return Object.fromEntries(Object.entries(dependencies).map(([name, list]) => [name, list.filter(isProject).map(({ target }) => target)]));
}

/** All that a project depends on, however far away; not itself, though it may depend on itself in a circle. */
export function allDependencies(graph: WorkspaceGraph, project: string): readonly string[] {
  const known = KNOWN.get(graph) ?? new Map<string, readonly string[]>();
  KNOWN.set(graph, known);
  const found = known.get(project) ?? walk(graph, project);
  known.set(project, found);
  return found;
}

// Asked again and again, by every image that is built on the same libraries.
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

/** Names of the projects that Nx means by a name, a pattern of names, or `tag:x`. */
export function namedProjects({ projects }: WorkspaceGraph, wanted: string): readonly string[] {
  if (projects[wanted] !== undefined) return [wanted];
  const [, tag] = /^tag:(.+)$/.exec(wanted) ?? [];
  const names = Object.keys(projects);
  if (tag !== undefined) return names.filter((name) => projects[name]?.tags?.some((one) => matchesName(tag, one)));
  return names.filter((name) => matchesName(wanted, name));
}

/** `build-*` names `build-web`. */
export function matchesName(pattern: string, name: string): boolean {
  // A star crosses the slash of a scope, too.
  return pattern === name || (pattern.includes('*') && compileNameGlob(pattern.replaceAll(/\*+/g, '**')).matches(name));
}
