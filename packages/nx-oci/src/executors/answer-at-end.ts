import { type TaskGraph } from '@nx/devkit';
import { printable, runInOrder } from '@nx-oci/publish';

import { dependenciesOf } from '../nx-run/graph/dependencies-of';
import { type BuildOutput } from './build-output';

/** The result of one task of a batch that returns at its end, for Nx. */
export interface EndResult {
  readonly success: boolean;
  readonly status: 'success' | 'failure' | 'skipped';
  readonly terminalOutput: string;
  /** Unix time in ms. */
  readonly startTime?: number;
  readonly endTime?: number;
}

/** The result of one task, as text. */
export interface TaskEnd {
  readonly status: 'success' | 'failure';
  readonly text: string;
}

export interface BatchWork {
  /** Runs one task; must not throw. */
  readonly run: (id: string) => Promise<TaskEnd>;
  /** The text of a task that depends on failed ones. */
  readonly skipped: (failed: readonly string[]) => string;
  /** Ends of tasks that are known before any is run; they are shown first. */
  readonly ended?: ReadonlyMap<string, TaskEnd>;
  /** By default any number: then `run` itself waits. */
  readonly mostAtOnce?: number;
  readonly output: BuildOutput;
}

/**
 * Runs the tasks of a batch in their order, and returns once, at the end, so that dependent tasks become ready together and can
 * be one batch. Every task gets a result, whatever happens: Nx would run a task without one again and again.
 */
export async function answerAtEnd(
  batch: TaskGraph,
  { run, skipped, ended = new Map(), mostAtOnce = Infinity, output }: BatchWork,
): Promise<Record<string, EndResult>> {
  const results = await runInOrder<EndResult>({
    ids: [...ended.keys(), ...Object.keys(batch.tasks).filter((id) => !ended.has(id))],
    dependenciesOf: (id) => dependenciesOf(batch, id),
    run: async (id) => {
      const startTime = Date.now();
      const { status, text } = ended.get(id) ?? (await run(id));
      (status === 'success' ? output.built : output.failed)(text);
      return { success: status === 'success', status, terminalOutput: `${printable(text)}\n`, startTime, endTime: Date.now() };
    },
    isSuccess: ({ success }) => success,
    skip: (_id, failed) => ({ success: false, status: 'skipped', terminalOutput: `${skipped(failed)}\n` }),
    limit: mostAtOnce,
  });
  return Object.fromEntries(results);
}
