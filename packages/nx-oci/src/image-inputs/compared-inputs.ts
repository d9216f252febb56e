import { type TaskGraph } from '@nx/devkit';
import { type ExpectedPart, type RequestedInputs, type ImageInputs, type ReadText } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { upstreamTasks, type TaskName } from './upstream-tasks';
import { imageInputs } from './own-changes';
import { outputsBefore } from './outputs-before';
import { readFiles } from './watch-files';
import { type WorkspaceGraph } from './workspace-graph';

/** The inputs that a build records, for a publish in another run. Pure. */
export function recordedInputs(graph: WorkspaceGraph, image: TaskName, run: ReadRun): RequestedInputs {
  return { ...inputsOf(graph, image, run.readText), notRun: tasksNotRun(graph, image, run.taskGraph) };
}

export interface ReadRun {
  readonly taskGraph: TaskGraph | undefined;
  readonly readText: ReadText;
}

/**
 * The inputs of a publish's image, if no task of the run builds it (`--excludeTaskDependencies`, or separate jobs). `undefined`
 * if one does: then Nx ran it, or found its inputs equal. Pure.
 *
 * @param target that publishes.
 * @param part of the image; absent if one task makes all of it.
 */
export function comparedInputs(
  graph: WorkspaceGraph,
  { project, target }: TaskName,
  { taskGraph, readText }: ReadRun,
  part?: ExpectedPart,
): ImageInputs | undefined {
  const image = part === undefined ? imageTaskOf(graph, project, target) : makerOf(part, project);
  if (image === undefined || isInRun(image, taskGraph)) return undefined;
  return inputsOf(graph, image, readText);
}

/** The image target that the publish depends on; else the first of the project, which writes to the same folder. */
function imageTaskOf(graph: WorkspaceGraph, project: string, target: string): TaskName | undefined {
  const targets = graph.projects[project]?.targets ?? {};
  const all = [...upstreamTasks(graph, project, target), ...Object.keys(targets).map((name) => ({ project, target: name }))];
  return all.find((task) => task.project === project && targets[task.target]?.executor === BUILD_EXECUTOR);
}

/** `api:image-linux-arm64`, or `api:image --platform=linux/arm64`. */
function makerOf({ task }: ExpectedPart, project: string): TaskName {
  const [id = ''] = task.split(' ');
  return { project, target: id.slice(project.length + 1) };
}

function inputsOf(graph: WorkspaceGraph, image: TaskName, readText: ReadText): ImageInputs {
  const select = imageInputs(graph, readText);
  const { variables } = readFiles(graph, image, readText);
  // Of all its configurations: a publish does not know which one built the image.
  const target = graph.projects[image.project]?.targets?.[image.target];
  return {
    select: (paths) => select(image.project, image.target, paths),
    variables,
    options: { options: target?.options as unknown, configurations: target?.configurations as unknown },
  };
}

/** The tasks whose outputs go into the image. */
function tasksNotRun(graph: WorkspaceGraph, { project, target }: TaskName, taskGraph: TaskGraph | undefined): readonly string[] {
  if (taskGraph === undefined) return [];
  const run = new Set(Object.values(taskGraph.tasks).map((task) => nameOf(task.target)));
  return [...new Set(outputsBefore(graph, project, target).map(({ task }) => task))].filter((task) => !run.has(task));
}

function isInRun(image: TaskName, taskGraph: TaskGraph | undefined): boolean {
  // Without a graph the run is unknown; then it is a single task, which Nx runs with its dependencies.
  return taskGraph === undefined || Object.values(taskGraph.tasks).some((task) => nameOf(task.target) === nameOf(image));
}

function nameOf({ project, target }: TaskName): string {
  return `${project}:${target}`;
}
