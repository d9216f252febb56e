import { type Task, type TaskGraph } from '@nx/devkit';

import { dependenciesOf } from './dependencies-of';

/** What this process has of its run. */
export interface RunPart {
  /** Whether every other task of the run has ended by now. */
  readonly isLast: boolean;
  /** Whether it has a task that no other one waits for: with `nx run` that is the task which was asked for. */
  readonly isAskedFor: boolean;
  /** Whether a task of the run continues until it is stopped. */
  readonly hasEndless: boolean;
}

/** Names of targets that Nx 22 to 24 take for servers, `continuous` or not. */
const SERVERS = /^(?:serve|dev|start|.*[:-]watch)$/;

/**
 * What the tasks of one process are to their run. Pure.
 *
 * @param taskGraph of the whole run.
 * @param own ids of the tasks of this process. All that they depend on has ended when they start.
 */
export function findPart(taskGraph: TaskGraph, own: readonly string[]): RunPart {
  const { tasks } = taskGraph;
  const ended = new Set<string>();
  const visit = (id: string): void => {
    for (const dependency of dependenciesOf(taskGraph, id)) {
      if (ended.has(dependency)) continue;
      ended.add(dependency);
      visit(dependency);
    }
  };
  own.forEach(visit);
  const awaited = new Set(Object.keys(tasks).flatMap((id) => dependenciesOf(taskGraph, id)));
  return {
    isLast: Object.keys(tasks).every((id) => own.includes(id) || (ended.has(id) && tasks[id]?.continuous !== true)),
    isAskedFor: own.some((id) => !awaited.has(id)),
    hasEndless: Object.values(tasks).some(isEndless),
  };
}

function isEndless({ continuous, target }: Task): boolean {
  return continuous === true || SERVERS.test(target.target);
}
