import { resolve } from 'node:path';

import type { ExecutorContext, Task, TaskGraph } from '@nx/devkit';
import {
  type BuildOptions,
  createImageBuilder,
  createTailBuffer,
  type ImageBuilder,
  readTextIn,
  type WorkspaceImage,
} from '@nx-oci/publish';

import { recordedInputs } from '../../image-inputs/compared-inputs';
import { withMisled, withParts } from '../../image-inputs/image-parts';
import { outputsBefore } from '../../image-inputs/outputs-before';
import { graphOf, type WorkspaceGraph } from '../../image-inputs/workspace-graph';
import { nextStep } from '../../nx-run/next-step';
import { readRunPid } from '../../nx-run/run-pid';
import { answerAtEnd, type EndResult, type TaskEnd } from '../answer-at-end';
import { openBuildOutput, type BuildOutput } from '../build-output';
import { restoreTexts } from '../restore-texts';
import { publishCheck, type CheckPublishes } from './check-publishes';
import { baseFinder, type FindBases } from './find-bases';
import { describeBuildFailure } from './describe-build-failure';

// Limits the output of a failed builder: the end says why.
const SHOWN_CHARACTERS = 256 * 1024;

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
  const graph = graphOf(context);
  const asked = ids.map((id) => askFor(batch.tasks[id], restoreTexts(inputs[id] ?? {}, taskGraph), context));
  const findBases = baseFinder(graph, {
    workspaceRoot: context.root,
    env: process.env,
    optionsOf: ({ project, target }) => {
      const found = asked.find((one) => one.project === project && one.target === target);
      return found?.options as Readonly<Record<string, unknown>> | undefined;
    },
  });
  const shared = { builder, graph, check, findBases, context };
  const output = await openBuildOutput({ ...context, taskGraph }, ids);
  try {
    const images = new Map(await Promise.all(asked.map(async (image) => [image.id, await prepareTask(image, shared)] as const)));
    const failed = [...images].flatMap(([id, image]) => ('status' in image ? [[id, describeEnd(image, ids)] as const] : []));
    const results = await answerAtEnd(batch, {
      ended: new Map(failed),
      run: async (id) => {
        const image = images.get(id);
        if (image === undefined || 'status' in image) throw new Error(`a task that was not prepared: ${id}`);
        return describeEnd(await buildTask(image, shared, ids.length === 1 ? output : { progress: output.progress }), ids);
      },
      skipped: (others) => `Not built: ${others.join(', ')} failed.`,
      output,
    });
    const { projects } = context.projectsConfigurations;
    const next = nextStep({ ids, taskGraph, projects, env: process.env });
    if (next !== undefined && Object.values(results).every(({ success }) => success)) output.built(next);
    return results;
  } finally {
    await builder.close();
  }
}

/** Shared by all images of the batch. */
interface Shared {
  readonly builder: ImageBuilder;
  readonly graph: WorkspaceGraph;
  readonly check: CheckPublishes;
  readonly findBases: FindBases;
  readonly context: ExecutorContext;
}

interface AskedImage {
  /** Of its task. */
  readonly id: string;
  readonly project: string;
  readonly target: string;
  /** Absolute. */
  readonly projectRoot: string;
  readonly options: unknown;
}

interface PreparedImage extends AskedImage {
  readonly workspaceImages: readonly WorkspaceImage[];
  readonly isTrial: boolean;
}

interface FailedImage extends TaskEnd {
  readonly project: string;
}

function askFor(task: Task | undefined, options: unknown, { root, projectsConfigurations }: ExecutorContext): AskedImage {
  const { project = '', target = '' } = task?.target ?? {};
  const projectRoot = resolve(root, projectsConfigurations.projects[project]?.root ?? '.');
  return { id: task?.id ?? '', project, target, projectRoot, options };
}

/**
 * Checks what can be checked before any image of the batch is built: its publish, and its base, which is looked up once for all
 * images that use it.
 */
async function prepareTask(image: AskedImage, { builder, check, findBases }: Shared): Promise<PreparedImage | FailedImage> {
  try {
    const { isTrial } = await check(image.id);
    const workspaceImages = await findBases(image, image.options);
    const prepared: PreparedImage = { ...image, workspaceImages, isTrial };
    await builder.check(prepared);
    return prepared;
  } catch (error) {
    return { project: image.project, status: 'failure', text: describeBuildFailure(error) };
  }
}

async function buildTask(
  image: PreparedImage,
  { builder, graph, context }: Shared,
  { heard: show, progress }: Partial<Pick<BuildOutput, 'heard' | 'progress'>>,
): Promise<TaskEnd & { readonly project: string }> {
  const { project, target } = image;
  const heard = createTailBuffer(SHOWN_CHARACTERS);
  try {
    const outputs = outputsBefore(graph, project, target);
    const inputs = recordedInputs(graph, { project, target }, { taskGraph: context.taskGraph, readText: readTextIn(context.root) });
    const asked = {
      ...image,
      task: `${project}:${target}`,
      ...withParts(graph, { project, target }),
      ...withMisled(graph, { project, target }),
    };
    const print = show ?? ((line: string) => heard.add(line));
    return {
      project,
      status: 'success',
      text: await builder.build({ ...asked, print, progress: progress && ((line) => progress(`${project}  ${line}`)), outputs, inputs }),
    };
  } catch (error) {
    return { project, status: 'failure', text: `${heard.text()}\n${describeBuildFailure(error)}`.trimStart() };
  }
}

/** One wrong base may cause the same failure for several images. */
function describeEnd({ project, status, text }: TaskEnd & { readonly project: string }, ids: readonly string[]): TaskEnd {
  return { status, text: status === 'success' || ids.length === 1 ? text : `${project}: not built.\n${text}` };
}
