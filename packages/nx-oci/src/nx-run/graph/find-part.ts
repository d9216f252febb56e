import { type Task, type TaskGraph } from '@nx/devkit';

import { dependenciesOf } from './dependencies-of';

/** The part of a run in this process. */
export interface RunPart {
  /** Whether every other task of the run has ended. */
  readonly isLast: boolean;
  /** Whether it has a task that no other one depends on: with `nx run` that is the requested task. */
  readonly isAskedFor: boolean;
  /** Whether a task of the run continues until it is stopped. */
  readonly hasEndless: boolean;
}

/** Names of targets that Nx 22 to 24 treat as servers, `continuous` or not. */
const SERVERS = /^(?:serve|dev|start|.*[:-]watch)$/;

/**
 * The role of one process's tasks in their run. Pure.
 *
 * @param taskGraph of the whole run.
 * @param own ids of the tasks of this process. All their dependencies have ended when they start.
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
