import { type DeclaredOutput } from '@nx-oci/publish';

import { declaredOutputs } from '../dockerfile-context/declared-outputs';
import { neededTasks } from './needed-tasks';
import { targetOptions } from '../nx-run/target-options';
import { type WorkspaceGraph } from './workspace-graph';

/** What the tasks that run before one make, as far as they say it. Pure. */
export function outputsBefore(graph: WorkspaceGraph, project: string, target: string): readonly DeclaredOutput[] {
  const [, ...before] = neededTasks(graph, project, target);
  return before.flatMap((task) => {
    const { root = '.', targets = {} } = graph.projects[task.project] ?? {};
    const configuration = targets[task.target] ?? {};
    const options = targetOptions(configuration);
    const written = declaredOutputs({ [task.target]: { ...configuration, options } }, { root, name: task.project });
    return [...new Set(written)].map((path) => ({ task: `${task.project}:${task.target}`, path }));
  });
}
