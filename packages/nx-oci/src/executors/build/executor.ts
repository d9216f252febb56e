import { resolve } from 'node:path';

import type { ExecutorContext } from '@nx/devkit';
import { type BuildOptions, createImageBuilder, print, printLines, readTextIn } from '@nx-oci/publish';

import { recordedInputs } from '../../image-inputs/compared-inputs';
import { withMisled, withParts } from '../../image-inputs/image-parts';
import { outputsBefore } from '../../image-inputs/outputs-before';
import { graphOf } from '../../image-inputs/workspace-graph';
import { nextStep } from '../../nx-run/next-step';
import { readRunPid } from '../../nx-run/run-pid';
import { restoreTexts } from '../restore-texts';
import { taskIdOf } from '../task-id';
import { publishCheck } from './check-publishes';
import { baseFinder } from './find-bases';
import { describeBuildFailure } from './describe-build-failure';

/** `nx-oci:build` for one task, if Nx runs tasks one by one (`NX_BATCH_MODE=false`). */
export default async function buildExecutor(options: BuildOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root: workspaceRoot, projectName: project = '', targetName = '', projectsConfigurations } = context;
  const projectRoot = resolve(workspaceRoot, projectsConfigurations.projects[project]?.root ?? '.');
  const builder = createImageBuilder({ workspaceRoot, env: process.env, runPid: readRunPid() });
  try {
    const { isTrial } = await publishCheck(context, process.env)(taskIdOf(context));
    const graph = graphOf(context);
    const task = { project, target: targetName };
    const written = restoreTexts(options, context.taskGraph);
    const workspaceImages = await baseFinder(graph, { workspaceRoot, env: process.env })(task, written);
    const outputs = outputsBefore(graph, project, targetName);
    const run = { taskGraph: context.taskGraph, readText: readTextIn(workspaceRoot) };
    const inputs = recordedInputs(graph, task, run);
    const progress = process.env['NX_OCI_PROGRESS'] === 'none' ? undefined : printLines;
    const asked = {
      project,
      projectRoot,
      task: `${project}:${targetName}`,
      ...withParts(graph, task),
      ...withMisled(graph, task),
      workspaceImages,
      isTrial,
    };
    print(await builder.build({ ...asked, options: written, print: printLines, progress, outputs, inputs }));
    const next = nextStep({
      ids: [taskIdOf(context)],
      taskGraph: context.taskGraph,
      projects: projectsConfigurations.projects,
      env: process.env,
    });
    if (next !== undefined) print(next);
    return { success: true };
  } catch (error) {
    print(describeBuildFailure(error));
    return { success: false };
  } finally {
    await builder.close();
  }
}
