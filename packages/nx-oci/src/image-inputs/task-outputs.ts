import { declaredOutputs } from '../dockerfile-context/declared-outputs';
import { type TaskName } from './upstream-tasks';
import { type WorkspaceGraph } from './workspace-graph';

/** The declared outputs of a task, relative to the workspace root. Pure. */
export function taskOutputs({ projects }: WorkspaceGraph, { project, target }: TaskName): readonly string[] {
  const { root = '.', targets = {} } = projects[project] ?? {};
  return declaredOutputs({ [target]: targets[target] ?? {} }, { root, name: project });
}
