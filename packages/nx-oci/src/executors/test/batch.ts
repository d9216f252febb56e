import { availableParallelism } from 'node:os';

import { type ExecutorContext, type TaskGraph } from '@nx/devkit';
import { createImageTester, describeError, type ImageTester, Interruption, runInOrder, type TestOptions } from '@nx-oci/publish';

import { dependenciesOf } from '../../nx-run/graph/dependencies-of';
import { openBuildOutput, type BuildOutput } from '../build/build-output';
import { restoreTexts } from '../restore-texts';
import { refuseCache } from './refuse-cache';

interface BatchResult {
  readonly success: boolean;
  readonly status: 'success' | 'failure' | 'skipped';
  readonly terminalOutput: string;
  /** Unix time in ms. */
  readonly startTime?: number;
  readonly endTime?: number;
}

// Each reads layers, and may start a container.
const MOST_AT_ONCE = 3;

/**
 * `nx-oci:test` for all tasks that are ready at one moment.
 *
 * Answers once, at the end, so that the publishes that wait for these tests become ready together and can be one batch.
 * Every task gets a result, whatever happens: Nx runs a task without one for ever again.
 */
export default async function testBatch(
  batch: TaskGraph,
  inputs: Record<string, TestOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): Promise<Record<string, BatchResult>> {
  const interruption = new Interruption();
  process.on('SIGTERM', interruption.stop).on('SIGINT', interruption.stop);
  const taskGraph = context.taskGraph ?? batch;
  const ids = Object.keys(batch.tasks);
  const tester = createImageTester({ workspaceRoot: context.root, env: process.env, signal: interruption.signal });
  const output = await openBuildOutput({ ...context, taskGraph }, ids);
  try {
    const results = await runInOrder<BatchResult>({
      ids,
      dependenciesOf: (id) => dependenciesOf(batch, id),
      run: (id) => testTask(tester, { id, options: restoreTexts(inputs[id] ?? {}, taskGraph), output, context: { ...context, taskGraph } }),
      isSuccess: ({ success }) => success,
      skip: () => ({ success: false, status: 'skipped', terminalOutput: 'Not tested: a test that it depends on failed.\n' }),
      limit: Math.min(MOST_AT_ONCE, availableParallelism()),
    });
    return Object.fromEntries(results);
  } finally {
    await tester.close();
    process.off('SIGTERM', interruption.stop).off('SIGINT', interruption.stop);
  }
}

interface AskedTask {
  readonly id: string;
  readonly options: TestOptions;
  readonly output: BuildOutput;
  readonly context: ExecutorContext;
}

async function testTask(tester: ImageTester, { id, options, output, context }: AskedTask): Promise<BatchResult> {
  const startTime = Date.now();
  const end = (status: 'success' | 'failure', text: string): BatchResult => {
    (status === 'success' ? output.built : output.failed)(text);
    return { success: status === 'success', status, terminalOutput: `${text}\n`, startTime, endTime: Date.now() };
  };
  try {
    const { project = '', target = '' } = context.taskGraph?.tasks[id]?.target ?? {};
    refuseCache(context, { project, target });
    return end('success', await tester.test({ project, options }));
  } catch (error) {
    return end('failure', describeError(error));
  }
}
