import { availableParallelism } from 'node:os';

import { type ExecutorContext, type TaskGraph } from '@nx/devkit';
import { createImageTester, describeError, type ImageTester, type TestOptions } from '@nx-oci/publish';

import { nextStep } from '../../nx-run/next-step';
import { readRunPid } from '../../nx-run/run-pid';
import { answerAtEnd, type EndResult, type TaskEnd } from '../answer-at-end';
import { openBuildOutput } from '../build-output';
import { withParts } from '../../image-inputs/image-parts';
import { graphOf } from '../../image-inputs/workspace-graph';
import { interruptible } from '../interruptible';
import { restoreTexts } from '../restore-texts';
import { refuseCache } from './refuse-cache';

// Each reads layers, and may start a container.
const MOST_AT_ONCE = 3;

/** `nx-oci:test` for all tasks that are ready at the same time. */
export default function testBatch(
  batch: TaskGraph,
  inputs: Record<string, TestOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): Promise<Record<string, EndResult>> {
  return interruptible(({ signal }) => testAll(batch, inputs, context, signal));
}

async function testAll(
  batch: TaskGraph,
  inputs: Record<string, TestOptions>,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<Record<string, EndResult>> {
  const taskGraph = context.taskGraph ?? batch;
  const tester = createImageTester({ workspaceRoot: context.root, env: process.env, signal, runPid: readRunPid() });
  const output = await openBuildOutput({ ...context, taskGraph }, Object.keys(batch.tasks));
  try {
    const results = await answerAtEnd(batch, {
      run: (id) => testTask(tester, { id, options: restoreTexts(inputs[id] ?? {}, taskGraph), context: { ...context, taskGraph } }),
      skipped: () => 'Not tested: a test that it depends on failed.',
      mostAtOnce: Math.min(MOST_AT_ONCE, availableParallelism()),
      output,
    });
    const { projects } = context.projectsConfigurations;
    const next = nextStep({ ids: Object.keys(batch.tasks), taskGraph, projects, env: process.env });
    if (next !== undefined && Object.values(results).every(({ success }) => success)) output.built(next);
    return results;
  } finally {
    await tester.close();
  }
}

interface AskedTask {
  readonly id: string;
  readonly options: TestOptions;
  readonly context: ExecutorContext;
}

async function testTask(tester: ImageTester, { id, options, context }: AskedTask): Promise<TaskEnd> {
  try {
    const { project = '', target = '' } = context.taskGraph?.tasks[id]?.target ?? {};
    refuseCache(context, { project, target });
    return { status: 'success', text: await tester.test({ project, options, ...withParts(graphOf(context), { project, target }) }) };
  } catch (error) {
    return { status: 'failure', text: describeError(error) };
  }
}
