import { type ExecutorContext, type Task } from '@nx/devkit';
import {
  memoize,
  loadRegistries,
  normalizeTask,
  type NormalizedTask,
  readCiFacts,
  readEventFile,
  reasonToSkip,
  repositoryOf,
} from '@nx-oci/publish';

import { targetOptions } from '../../nx-run/target-options';
import { dependenciesOf } from '../../nx-run/graph/dependencies-of';
import { PUBLISH_EXECUTOR } from '../../nx/executor-names';
import { restoreTexts } from '../restore-texts';

/** Makes sure that this run can publish an image: checks options, registries.yaml, tags and names. */
export type CheckPublishes = (imageTaskId: string) => Promise<CheckedPublishes>;

export interface CheckedPublishes {
  /** Whether nothing is published of what this run builds for a publish: in a dry run, and for a fork's pull request. */
  readonly isTrial: boolean;
}

type RunContext = Pick<ExecutorContext, 'root' | 'projectsConfigurations' | 'taskGraph'>;

/**
 * Checks the publishes of a run before their images are built, so that a mistake in their options costs no build. Reads nothing
 * if nothing is published, as for a fork's pull request, which has no secrets.
 *
 * Throws the error of the publish, `OPTIONS_INVALID` or `CONFIGURATION_INVALID`.
 */
export function publishCheck({ root, projectsConfigurations, taskGraph }: RunContext, env: NodeJS.ProcessEnv): CheckPublishes {
  const targetOf = ({ target: { project, target } }: Task) => projectsConfigurations.projects[project]?.targets?.[target];
  const isSkipped = memoize(async () => reasonToSkip(readCiFacts(env, await readEventFile(env))) !== undefined);
  const askRegistries = memoize(() => loadRegistries(root, env));
  return async (imageTaskId) => {
    if (taskGraph === undefined) return { isTrial: false };
    const publishes = Object.values(taskGraph.tasks).filter(
      (task) => targetOf(task)?.executor === PUBLISH_EXECUTOR && dependenciesOf(taskGraph, task.id).includes(imageTaskId),
    );
    if (publishes.length === 0) return { isTrial: false };
    if (await isSkipped()) return { isTrial: true };
    const registries = await askRegistries();
    const checked: NormalizedTask[] = [];
    for (const task of publishes) {
      const { project, configuration } = task.target;
      const written = { ...targetOptions(targetOf(task) ?? {}, configuration), ...readOverrides(task.overrides) };
      const projectRoot = projectsConfigurations.projects[project]?.root ?? '.';
      const publish = normalizeTask({ taskId: task.id, project, projectRoot, options: restoreTexts(written, taskGraph) }, registries, env);
      for (const entry of publish.registries) repositoryOf(entry, publish.image);
      checked.push(publish);
    }
    return { isTrial: checked.every(({ isDryRun }) => isDryRun) };
  };
}

/** The command line as Nx stores it in the graph, not parsed by a schema. */
function readOverrides(overrides: unknown): Readonly<Record<string, unknown>> {
  const entries = Object.entries(overrides ?? {}).filter(([name]) => name !== '__overrides_unparsed__');
  return Object.fromEntries(entries.map(([name, value]) => [name, readOverride(value)]));
}

function readOverride(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'string' && value.includes(',') ? value.split(',') : value;
}
