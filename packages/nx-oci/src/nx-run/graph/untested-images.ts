import { type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

import { TEST_EXECUTOR } from '../../nx/executor-names';
import { dependenciesOf } from './dependencies-of';

interface PublishedProject {
  readonly taskId: string;
  readonly project: string;
  readonly isDryRun?: boolean;
  /** Whether it only sends a part, which the job that publishes tests with the others. */
  readonly isStage?: boolean;
}

/**
 * Warnings for images whose test this run does not wait for, mostly since their `dependsOn` is older than the test. Pure.
 *
 * @param taskGraph of the whole run
 */
export function untestedImages(
  tasks: readonly PublishedProject[],
  projects: ProjectsConfigurations,
  taskGraph: TaskGraph | undefined,
): readonly string[] {
  if (taskGraph === undefined) return [];
  return tasks.flatMap(({ taskId, project, isDryRun = false, isStage = false }) => {
    if (isStage) return [];
    const targets = Object.entries(projects.projects[project]?.targets ?? {});
    const [test] = targets.find(([, { executor }]) => executor === TEST_EXECUTOR) ?? [];
    if (test === undefined) return [];
    const before = tasksBefore(taskGraph, taskId);
    const isTested = [...before].some((id) => isTestOf(taskGraph, id, { project, targets: Object.fromEntries(targets) }));
    const { target = '' } = taskGraph.tasks[taskId]?.target ?? {};
    if (isTested) return [];
    const what = `${project} is published without its test, ${project}:${test}`;
    const { dependsOn = [] } = projects.projects[project]?.targets?.[target] ?? {};
    if (dependsOn.some((one) => one === test || (typeof one === 'object' && one.target === test && one.projects === undefined))) {
      // A plan without its image is asked for on purpose.
      if (isDryRun) return [];
      return [`${what}, which this run leaves out → run it without --excludeTaskDependencies, or run nx run ${project}:${test} first.`];
    }
    return [`${what} → add "${test}" to \`dependsOn\` of ${target || 'its publish target'}, or run nx g nx-oci:image ${project} --test.`];
  });
}

function isTestOf(
  { tasks }: TaskGraph,
  id: string,
  { project, targets }: { readonly project: string; readonly targets: Readonly<Record<string, { readonly executor?: string }>> },
): boolean {
  const { target } = tasks[id] ?? {};
  return target?.project === project && targets[target.target]?.executor === TEST_EXECUTOR;
}

function tasksBefore(taskGraph: TaskGraph, taskId: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    for (const dependency of dependenciesOf(taskGraph, id)) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(taskId);
  return found;
}
