import { type DeclaredOutput } from '@nx-oci/publish';

import { upstreamTasks } from './upstream-tasks';
import { taskOutputs } from './task-outputs';
import { type WorkspaceGraph } from './workspace-graph';

/** What the tasks that run before one make, as far as they say it. Pure. */
export function outputsBefore(graph: WorkspaceGraph, project: string, target: string): readonly DeclaredOutput[] {
  const [, ...before] = upstreamTasks(graph, project, target);
  return before.flatMap((task) => taskOutputs(graph, task).map((path) => ({ task: `${task.project}:${task.target}`, path })));
}
