import { type TargetConfiguration } from '@nx/devkit';

import { allDependencies, matchesName, namedProjects, type WorkspaceGraph } from './workspace-graph';

/** A target of a project. */
export interface TaskName {
  readonly project: string;
  readonly target: string;
}

/**
 * All tasks that Nx runs for one, itself first: follows `dependsOn` through all projects. The content of an image mostly comes
 * from `build` tasks here and elsewhere, which the image's own target does not name. Pure.
 */
export function upstreamTasks(graph: WorkspaceGraph, project: string, target: string): readonly TaskName[] {
  const found = new Map<string, TaskName>();
  const follow = (task: TaskName): void => {
    const key = JSON.stringify([task.project, task.target]);
    const configuration = graph.projects[task.project]?.targets?.[task.target];
    if (configuration === undefined || found.has(key)) return;
    found.set(key, task);
    for (const dependency of configuration.dependsOn ?? []) resolve(graph, task.project, dependency).forEach(follow);
  };
  follow({ project, target });
  return [...found.values()];
}

type Dependency = NonNullable<TargetConfiguration['dependsOn']>[number];

function resolve(graph: WorkspaceGraph, project: string, dependency: Dependency): readonly TaskName[] {
  if (typeof dependency !== 'string') {
    const { target, dependencies, projects } = dependency;
    const named = projects === undefined ? [] : [projects].flat().flatMap((name) => projectsMeant(graph, project, name));
    const others = dependencies === true ? allDependencies(graph, project) : [];
    const places = projects === undefined && dependencies !== true ? [project] : [...named, ...others];
    return places.flatMap((place) => targetsLike(graph, place, target));
  }
  if (dependency.startsWith('^')) {
    return allDependencies(graph, project).flatMap((name) => targetsLike(graph, name, dependency.slice(1)));
  }
  const own = targetsLike(graph, project, dependency);
  if (own.length > 0) return own;
  // `web:build`; names of targets may contain a colon, too.
  const [, other = '', target = ''] = /^([^:]+):(.+)$/.exec(dependency) ?? [];
  return targetsLike(graph, other, target);
}

function projectsMeant(graph: WorkspaceGraph, project: string, name: string): readonly string[] {
  if (name === 'self') return [project];
  return name === 'dependencies' ? allDependencies(graph, project) : namedProjects(graph, name);
}

function targetsLike({ projects }: WorkspaceGraph, project: string, pattern: string): readonly TaskName[] {
  const names = Object.keys(projects[project]?.targets ?? {});
  return names.filter((name) => matchesName(pattern, name)).map((target) => ({ project, target }));
}
