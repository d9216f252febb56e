import { type DeclaredOutput } from '@nx-oci/publish';

import { upstreamTasks } from './upstream-tasks';
import { taskOutputs } from './task-outputs';
import { type WorkspaceGraph } from './workspace-graph';

/** The declared outputs of the tasks before a task. Pure. */
export function outputsBefore(graph: WorkspaceGraph, project: string, target: string): readonly DeclaredOutput[] {
  const [, ...before] = upstreamTasks(graph, project, target);
  return before.flatMap((task) => taskOutputs(graph, task).map((path) => ({ task: `${task.project}:${task.target}`, path })));
}
