import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import type { ExecutorContext, Task, TaskGraph } from '@nx/devkit';
import { type BuildOptions, createImageBuilder, createTailBuffer, type ImageBuilder, readTextIn, runInOrder } from '@nx-oci/publish';

import { recordedInputs } from '../../image-inputs/compared-inputs';
import { outputsBefore } from '../../image-inputs/outputs-before';
import { graphOf } from '../../image-inputs/workspace-graph';
import { dependenciesOf } from '../../nx-run/graph/dependencies-of';
import { restoreTexts } from '../restore-texts';
import { publishCheck, type CheckPublishes } from './check-publishes';
import { describeBuildFailure } from './describe-build-failure';
import { openBuildOutput, type BuildOutput } from './build-output';

interface BatchResult {
  readonly success: boolean;
  readonly status: 'success' | 'failure' | 'skipped';
  readonly terminalOutput: string;
  /** Unix time in ms. */
  readonly startTime?: number;
  readonly endTime?: number;
}

// Of the output of a builder that failed; the end says why.
const SHOWN_CHARACTERS = 256 * 1024;

// An engine builds on all cores by itself, and each native image packs its layers side by side.
const MOST_AT_ONCE = 4;

/**
 * `nx-oci:build` for all tasks that are ready at one moment.
 *
 * Answers once, at the end, so that the publishes that wait for these images become ready together and can be one batch.
 * Every task gets a result, whatever happens: Nx runs a task without one for ever again.
 */
export default async function buildBatch(
  batch: TaskGraph,
  inputs: Record<string, BuildOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): Promise<Record<string, BatchResult>> {
  const builder = createImageBuilder({ workspaceRoot: context.root, env: process.env });
  const check = publishCheck({ ...context, taskGraph: context.taskGraph ?? batch }, process.env);
  const ids = Object.keys(batch.tasks);
  const output = await openBuildOutput({ ...context, taskGraph: context.taskGraph ?? batch }, ids);
  try {
    const results = await runInOrder<BatchResult>({
      ids,
      dependenciesOf: (id) => dependenciesOf(batch, id),
      run: (id) =>
        buildTask(builder, {
          task: batch.tasks[id],
          options: restoreTexts(inputs[id] ?? {}, context.taskGraph ?? batch),
          isAlone: ids.length === 1,
          check,
          output,
          context,
        }),
      isSuccess: ({ success }) => success,
      skip: () => ({ success: false, status: 'skipped', terminalOutput: 'Not built: an image that it depends on was not built.\n' }),
      limit: Math.min(MOST_AT_ONCE, availableParallelism()),
    });
    return Object.fromEntries(results);
  } finally {
    await builder.close();
  }
}

interface RequestedTask {
  readonly task: Task | undefined;
  readonly options: unknown;
  /** With a single task its builder is shown while it works; several would talk at the same time. */
  readonly isAlone: boolean;
  readonly check: CheckPublishes;
  readonly output: BuildOutput;
  readonly context: ExecutorContext;
}

async function buildTask(builder: ImageBuilder, { task, options, isAlone, check, output, context }: RequestedTask): Promise<BatchResult> {
  const startTime = Date.now();
  const project = task?.target.project ?? '';
  const projectRoot = resolve(context.root, context.projectsConfigurations.projects[project]?.root ?? '.');
  const heard = createTailBuffer(SHOWN_CHARACTERS);
  const listen = (line: string) => heard.add(line);
  const end = (status: 'success' | 'failure', text: string): BatchResult => {
    (status === 'success' ? output.built : output.failed)(text);
    return { success: status === 'success', status, terminalOutput: `${text}\n`, startTime, endTime: Date.now() };
  };
  try {
    await check(task?.id ?? '');
    const graph = graphOf(context);
    const target = task?.target.target ?? '';
    const outputs = outputsBefore(graph, project, target);
    const inputs = recordedInputs(graph, { project, target }, { taskGraph: context.taskGraph, readText: readTextIn(context.root) });
    const print = (isAlone ? output.heard : undefined) ?? listen;
    return end('success', await builder.build({ project, projectRoot, options, print, outputs, inputs }));
  } catch (error) {
    const reason = `${heard.text()}\n${describeBuildFailure(error)}`.trimStart();
    // One wrong base may keep several images from being built, in the same words.
    return end('failure', isAlone ? reason : `${project}: not built.\n${reason}`);
  }
}
