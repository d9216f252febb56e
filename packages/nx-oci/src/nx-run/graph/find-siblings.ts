import { type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

/**
 * The tasks of an executor in the whole run, this one among them, ordered by id. Tags of those that publish move together.
 *
 * @param executor as projects name it: `nx-oci:publish`.
 */
export function findSiblings(taskGraph: TaskGraph, projects: ProjectsConfigurations, executor: string): readonly string[] {
  return Object.values(taskGraph.tasks)
    .filter(({ target }) => projects.projects[target.project]?.targets?.[target.target]?.executor === executor)
    .map((task) => task.id)
    .sort();
}
