import { type TaskGraph } from '@nx/devkit';

/** `TaskGraph.dependencies` contains ids in Nx 22 and 23, and objects with an id since 24. */
export function dependenciesOf(taskGraph: TaskGraph, taskId: string): readonly string[] {
  const written: readonly (string | { readonly id: string })[] = taskGraph.dependencies[taskId] ?? [];
  return written.map((dependency) => (typeof dependency === 'string' ? dependency : dependency.id));
}
