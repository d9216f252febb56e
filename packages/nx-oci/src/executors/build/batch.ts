import { resolve } from 'node:path';

import type { ExecutorContext, Task, TaskGraph } from '@nx/devkit';
import { type BuildOptions, createImageBuilder, createTailBuffer, type ImageBuilder, readTextIn } from '@nx-oci/publish';

import { recordedInputs } from '../../image-inputs/compared-inputs';
import { withParts } from '../../image-inputs/image-parts';
import { outputsBefore } from '../../image-inputs/outputs-before';
import { graphOf } from '../../image-inputs/workspace-graph';
import { readRunPid } from '../../nx-run/run-pid';
import { answerAtEnd, type EndResult, type TaskEnd } from '../answer-at-end';
import { openBuildOutput, type BuildOutput } from '../build-output';
import { restoreTexts } from '../restore-texts';
import { publishCheck, type CheckPublishes } from './check-publishes';
import { describeBuildFailure } from './describe-build-failure';

// Limits the output of a failed builder: the end says why.
const SHOWN_CHARACTERS = 256 * 1024;

// An engine uses all cores by itself, and native images pack their layers in parallel.
const MOST_AT_ONCE = 4;

/** `nx-oci:build` for all tasks that are ready at the same time. */
export default async function buildBatch(
  batch: TaskGraph,
  inputs: Record<string, BuildOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): Promise<Record<string, EndResult>> {
  const builder = createImageBuilder({ workspaceRoot: context.root, env: process.env, runPid: readRunPid() });
  const taskGraph = context.taskGraph ?? batch;
  const check = publishCheck({ ...context, taskGraph }, process.env);
  const ids = Object.keys(batch.tasks);
  const output = await openBuildOutput({ ...context, taskGraph }, ids);
  try {
    return await answerAtEnd(batch, {
      run: (id) =>
        buildTask(builder, {
          task: batch.tasks[id],
          options: restoreTexts(inputs[id] ?? {}, taskGraph),
          isAlone: ids.length === 1,
          check,
          output,
          context,
        }),
      skipped: 'Not built: an image that it depends on was not built.',
      mostAtOnce: MOST_AT_ONCE,
      output,
    });
  } finally {
    await builder.close();
  }
}

interface RequestedTask {
  readonly task: Task | undefined;
  readonly options: unknown;
  /** The output of a single builder is shown while it works; several would be mixed. */
  readonly isAlone: boolean;
  readonly check: CheckPublishes;
  readonly output: BuildOutput;
  readonly context: ExecutorContext;
}

async function buildTask(builder: ImageBuilder, { task, options, isAlone, check, output, context }: RequestedTask): Promise<TaskEnd> {
  const project = task?.target.project ?? '';
  const projectRoot = resolve(context.root, context.projectsConfigurations.projects[project]?.root ?? '.');
  const heard = createTailBuffer(SHOWN_CHARACTERS);
  const listen = (line: string) => heard.add(line);
  try {
    await check(task?.id ?? '');
    const graph = graphOf(context);
    const target = task?.target.target ?? '';
    const outputs = outputsBefore(graph, project, target);
    const inputs = recordedInputs(graph, { project, target }, { taskGraph: context.taskGraph, readText: readTextIn(context.root) });
    const asked = { project, projectRoot, task: `${project}:${target}`, ...withParts(graph, { project, target }) };
    const print = (isAlone ? output.heard : undefined) ?? listen;
    return { status: 'success', text: await builder.build({ ...asked, options, print, outputs, inputs }) };
  } catch (error) {
    const reason = `${heard.text()}\n${describeBuildFailure(error)}`.trimStart();
    // One wrong base may cause the same failure for several images.
    return { status: 'failure', text: isAlone ? reason : `${project}: not built.\n${reason}` };
  }
}
