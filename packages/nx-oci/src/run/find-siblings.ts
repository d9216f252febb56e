import { type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

/**
 * The publish tasks of the whole run, this one among them, ordered by id: their tags move together.
 *
 * @param executor as projects name it: `nx-oci:publish`.
 */
export function findSiblings(taskGraph: TaskGraph, projects: ProjectsConfigurations, executor: string): readonly string[] {
  return Object.values(taskGraph.tasks)
    .filter(({ target }) => projects.projects[target.project]?.targets?.[target.target]?.executor === executor)
    .map((task) => task.id)
    .sort();
}

/** Whether a server runs beside this run's tasks, which Nx does not wait for. */
export function hasContinuousTask(taskGraph: TaskGraph): boolean {
  return Object.values(taskGraph.tasks).some((task) => task.continuous === true);
}

/** `TaskGraph.dependencies` holds ids in Nx 22 and 23, and objects with an id since 24. */
export function dependenciesOf(taskGraph: TaskGraph, taskId: string): readonly string[] {
  const written: readonly (string | { readonly id: string })[] = taskGraph.dependencies[taskId] ?? [];
  return written.map((dependency) => (typeof dependency === 'string' ? dependency : dependency.id));
}
