import { type ExpectedPart, type MisledTargets, type TargetParts, readTargetParts } from '@nx-oci/publish';

import { targetOptions } from '../nx-run/target-options';
import { BUILD_EXECUTOR } from '../nx/executor-names';
import { upstreamTasks, type TaskName } from './upstream-tasks';
import { type WorkspaceGraph } from './workspace-graph';

/**
 * The parts that the image of a project is merged from, in the order of its index; `undefined` if one task makes all of it. Pure.
 *
 * @param target that publishes, tests, runs or builds it.
 */
export function imageParts(graph: WorkspaceGraph, { project, target }: TaskName): readonly ExpectedPart[] | undefined {
  const all = partsIn(graph, project);
  const before = upstreamTasks(graph, project, target).flatMap((task) => (task.project === project ? [task.target] : []));
  const found = before.flatMap((name) => all.filter(([other]) => other === name));
  // A target that depends on no build means the image of its project.
  const meant = found.length > 0 ? found : all;
  const named = meant.flatMap(([, parts]) => parts ?? []);
  if (named.length === 0) return undefined;
  const [wholeName] = meant.find(([, parts]) => parts !== undefined && parts.platform === undefined) ?? [];
  const makerOf = (platform: string): string => {
    const maker = [...meant, ...all].find(([, parts]) => parts?.platform === platform);
    return maker === undefined ? `${project}:${wholeName} --platform=${platform}` : `${project}:${maker[0]}`;
  };
  const listed = named.find(({ platforms }) => platforms !== undefined)?.platforms ?? [];
  const platforms = [...new Set([...listed, ...named.flatMap(({ platform }) => platform ?? [])])];
  return platforms.map((platform) => ({ platform, task: makerOf(platform) }));
}

/** The same, to spread: with `parts`, or without. */
export function withParts(graph: WorkspaceGraph, task: TaskName): { readonly parts?: readonly ExpectedPart[] } {
  const parts = imageParts(graph, task);
  return parts === undefined ? {} : { parts };
}

/** To spread: the targets of a project whose `dependsOn` names the one that only checks the parts, and no part. */
export function withMisled(graph: WorkspaceGraph, { project, target }: TaskName): { readonly misled?: MisledTargets } {
  const partNames = partsIn(graph, project).flatMap(([name, parts]) => (parts?.platform === undefined ? [] : [name]));
  const own = Object.entries(graph.projects[project]?.targets ?? {});
  // With such a target, Nx makes the parts first.
  const isWaiting = (name: string): boolean =>
    upstreamTasks(graph, project, name).some((task) => task.project === project && partNames.includes(task.target));
  if (partNames.length === 0 || isWaiting(target)) return {};
  const tasks = own.flatMap(([name, { dependsOn = [] }]) => (dependsOn.includes(target) && !isWaiting(name) ? [`${project}:${name}`] : []));
  return tasks.length === 0 ? {} : { misled: { named: target, tasks } };
}

/** The build targets of a project, with what each makes of an image of parts. */
function partsIn({ projects }: WorkspaceGraph, project: string): readonly (readonly [string, TargetParts | undefined])[] {
  return Object.entries(projects[project]?.targets ?? {})
    .filter(([, { executor }]) => executor === BUILD_EXECUTOR)
    .map(([name, target]) => [name, readTargetParts(targetOptions(target))] as const);
}
