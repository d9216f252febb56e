import { type ProjectConfiguration, type TaskGraph } from '@nx/devkit';
import { asTyped, isCi } from '@nx-oci/publish';

import { dependenciesOf } from './graph/dependencies-of';
import { findPublishTargets } from './publish-targets';

/** A task whose end is printed, and the run that it belongs to. */
export interface EndedTask {
  /** Ids of all tasks that end together. */
  readonly ids: readonly string[];
  /** Of the whole run. */
  readonly taskGraph: TaskGraph | undefined;
  readonly projects: Readonly<Record<string, ProjectConfiguration>>;
  /** Shows how nx was started. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The command that usually comes after an image was built, tested or diagnosed: a look at what its publish would do. None for
 * several images, in CI, or if a task of this run waits for this one.
 */
export function nextStep({ ids: [id = '', ...others], taskGraph, projects, env }: EndedTask): string | undefined {
  const isAwaited = taskGraph !== undefined && Object.keys(taskGraph.tasks).some((one) => dependenciesOf(taskGraph, one).includes(id));
  if (others.length > 0 || isAwaited || isCi(env)) return undefined;
  const { project = id.split(':')[0] ?? '' } = taskGraph?.tasks[id]?.target ?? {};
  const [publish] = findPublishTargets({ [project]: projects[project] ?? { root: '' } });
  return publish && asTyped(`  → nx run ${publish.taskId} --dryRun`, env);
}
