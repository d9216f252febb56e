import { type ExecutorContext } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { describeError, print, type PublishOptions, readGitFacts, type TaskResults } from '@nx-oci/publish';

import { readTargetOptions } from '../../nx/read-target-options';
import { buildImages, findMissingBuilds, type BuildTask } from '../../release/build-missing-images';
import { type ReleaseChoice } from '../../release/choose-release';
import { runPublish, type RequestedTask } from '../publish/run-publish';
import { readReleaseTasks, type ArrivedTask, type KnownTask } from './read-release-tasks';

/** Both ways in which `nx release --dry-run` passes it. */
function isDryRun({ options }: KnownTask, env: NodeJS.ProcessEnv): boolean {
  return options.publish.dryRun === true || env['NX_DRY_RUN'] === 'true';
}

type Published = KnownTask & { readonly choice: ReleaseChoice & { readonly kind: 'publish' } };

/**
 * Publishes the images of a release: those with a new version, each with the options of its project's publish target. Always
 * gives a result for every task.
 */
export async function runRelease(arrived: readonly ArrivedTask[], context: ExecutorContext, isBatch: boolean): Promise<TaskResults> {
  try {
    return await release(arrived, context, isBatch);
  } catch (error) {
    const text = describeError(error);
    return new Map(arrived.map(({ taskId }) => [taskId, { success: false, text }]));
  }
}

async function release(arrived: readonly ArrivedTask[], context: ExecutorContext, isBatch: boolean): Promise<TaskResults> {
  const { root: workspaceRoot, projectsConfigurations: projects, nxJsonConfiguration: nxJson, projectGraph, taskGraph } = context;
  const { builtTags } = await readGitFacts({ folder: workspaceRoot, env: process.env });
  const tasks = await readReleaseTasks(arrived, builtTags, context);
  refuseProblems(tasks);

  const published = tasks.filter((task): task is Published => task.choice.kind === 'publish');
  const own = published.filter(({ isOwn }) => isOwn);
  // A dry run plans with the existing image.
  const missing = missingBuilds(own, context);
  if (!own.some((task) => isDryRun(task, process.env))) await buildImages(missing, { workspaceRoot, env: process.env, print });
  const asked = own.map((task) => toPublishTask(task, context));
  const siblings = tasks.filter(({ choice }) => choice.kind !== 'skip').map(({ taskId }) => taskId);
  const builtByRelease = missing.map(({ project }) => project);
  const nx = { workspaceRoot, projects, nxJson, projectGraph, taskGraph, siblings, builtByRelease, isBatch };
  const results = asked.length === 0 ? [] : await runPublish(asked, nx);
  const skipped = skippedOf(tasks);
  // A batch returns it to Nx, which shows it.
  if (!isBatch) for (const { text } of skipped.values()) print(text);
  return new Map([...skipped, ...results]);
}

/** @throws OciError `OPTIONS_INVALID` with the problems of all projects of this process */
function refuseProblems(tasks: readonly KnownTask[]): void {
  const problems = tasks.flatMap(({ isOwn, choice }) => (isOwn && choice.kind === 'problem' ? [choice.problem] : []));
  if (problems.length === 0) return;
  throw new OciError('OPTIONS_INVALID', ['Cannot publish the images of this release:', ...problems].join('\n  '), {
    hint: 'Nothing was published. Correct the target nx-release-publish of these projects.',
  });
}

function skippedOf(tasks: readonly KnownTask[]): TaskResults {
  return new Map(
    tasks.flatMap(({ taskId, project, isOwn, choice }) =>
      isOwn && choice.kind === 'skip' ? [[taskId, { success: true, text: `${project}: skipped, ${choice.reason}.` }] as const] : [],
    ),
  );
}

function toPublishTask({ taskId, project, options, choice }: Published, context: ExecutorContext): RequestedTask {
  const written = readTargetOptions({ project, target: choice.target }, context) as PublishOptions;
  return { taskId, project, options: { ...written, ...options.publish }, released: choice.released };
}

function missingBuilds(tasks: readonly Published[], { taskGraph }: ExecutorContext): readonly BuildTask[] {
  return tasks.flatMap(({ project, targets, choice }) => {
    const target = targets[choice.target];
    return target === undefined ? [] : findMissingBuilds({ project, targets, publishTarget: target }, taskGraph);
  });
}
