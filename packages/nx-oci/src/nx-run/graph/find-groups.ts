import { type ProjectsConfigurations, type Task, type TaskGraph } from '@nx/devkit';
import { type RunGroup } from '@nx-oci/publish';

import { dependenciesOf } from './dependencies-of';

export interface GroupClues {
  /** Of the whole run. */
  readonly taskGraph: TaskGraph;
  readonly projects: ProjectsConfigurations;
  /** All publish tasks of the run. */
  readonly siblings: readonly string[];
  /** Those of this process. */
  readonly own: readonly string[];
  /** The default of `onFailure`. */
  readonly onFailure: 'abort' | 'continue';
}

/**
 * The groups of publish tasks that are tagged together and affect this process. Usually one group of all tasks of the run.
 *
 * - With `onFailure: continue` each image is tagged alone, once it was sent: an image that fails later, or never starts because
 * its build failed, could not tell the others to stop waiting.
 * - A publish that another task of the run depends on (a deployment, the build of an image with this one as base) must have its
 * tags when it ends. It is tagged together with those of its process, and not after a failure.
 */
export function findGroups({ taskGraph, projects, siblings, own, onFailure }: GroupClues): readonly RunGroup[] {
  const goesOn = (id: string): boolean => failureModeOf(taskGraph.tasks[id], projects, onFailure) === 'continue';
  const tied = siblings.filter((id) => !goesOn(id));
  const ownTied = tied.filter((id) => own.includes(id));
  const alone = own.filter(goesOn).map((id): RunGroup => ({ taskIds: [id], stoppedBy: [id] }));
  const groups = ownTied.length === tied.length ? [tied] : splitAwaited(tied, ownTied, findAwaited(taskGraph, siblings));
  return [...groups.filter((ids) => ids.length > 0).map((ids): RunGroup => ({ taskIds: ids, stoppedBy: tied })), ...alone];
}

function splitAwaited(tied: readonly string[], own: readonly string[], awaited: ReadonlySet<string>): readonly (readonly string[])[] {
  const patient = tied.filter((id) => !awaited.has(id));
  return [own.filter((id) => awaited.has(id)), own.some((id) => patient.includes(id)) ? patient : []];
}

/** From the command line, else the configuration, else the target, which includes nx.json's defaults. */
function failureModeOf(task: Task | undefined, projects: ProjectsConfigurations, fallback: string): unknown {
  if (task === undefined) return fallback;
  const { target, overrides } = task as { readonly target: Task['target']; readonly overrides?: WrittenMode };
  const written = projects.projects[target.project]?.targets?.[target.target];
  const configured = written?.configurations?.[target.configuration ?? ''] as WrittenMode | undefined;
  const options = written?.options as WrittenMode | undefined;
  return overrides?.onFailure ?? configured?.onFailure ?? options?.onFailure ?? fallback;
}

interface WrittenMode {
  readonly onFailure?: unknown;
}

/** The publish tasks that other tasks depend on, directly or indirectly. */
function findAwaited(taskGraph: TaskGraph, siblings: readonly string[]): ReadonlySet<string> {
  const awaited = new Set<string>();
  const visit = (id: string): void => {
    for (const dependency of dependenciesOf(taskGraph, id)) {
      if (awaited.has(dependency)) continue;
      awaited.add(dependency);
      visit(dependency);
    }
  };
  for (const id of Object.keys(taskGraph.tasks)) if (!siblings.includes(id)) visit(id);
  return awaited;
}
