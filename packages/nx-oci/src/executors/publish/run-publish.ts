import { type NxJsonConfiguration, type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

import { loadRegistries } from '../../configuration/registries';
import { openConnection } from '../../connection/open-connection';
import { createDockerEngine } from '../../engines/docker/docker-engine';
import { readGitFacts } from '../../git/read-git-facts';
import { describeError } from '../../output/describe-error';
import { print } from '../../output/print';
import { imageOpener } from '../../publish/open-image';
import { pruneImage } from '../../publish/prune-image';
import { publishTasks, type TaskResults } from '../../publish/publish-tasks';
import { type PublishOptions } from '../../publish/publish-options';
import { type StagedNote } from '../../publish/staged-note';
import { findSiblings } from '../../run/find-siblings';
import { openRunFolder } from '../../run/run-folder';

/** The name that projects give this executor. */
export const PUBLISH_EXECUTOR = 'nx-oci:publish';

export interface AskedTask {
  readonly taskId: string;
  readonly project: string;
  readonly options: PublishOptions;
}

export interface NxFacts {
  readonly workspaceRoot: string;
  readonly projects: ProjectsConfigurations;
  readonly nxJson: NxJsonConfiguration;
  /** Of the whole run. */
  readonly taskGraph: TaskGraph | undefined;
}

/** Normalise, plan, act, report: what both ways of being called by Nx share. A result for every task, always. */
export async function runPublish(asked: readonly AskedTask[], nx: NxFacts): Promise<TaskResults> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  // Not `once`: with its last listener gone a signal would end the process before anything is cleaned up.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    return await publish(asked, nx, abort.signal);
  } catch (error) {
    const text = describeError(error);
    return new Map(asked.map(({ taskId }) => [taskId, { success: false, text }]));
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

async function publish(asked: readonly AskedTask[], nx: NxFacts, signal: AbortSignal): Promise<TaskResults> {
  const { workspaceRoot, projects, taskGraph } = nx;
  const env = process.env;
  const registries = await loadRegistries(workspaceRoot, env);
  const git = await readGitFacts({ folder: workspaceRoot, env, defaultBranch: defaultBranchOf(asked, nx.nxJson) });
  const tasks = asked.map((task) => ({ ...task, projectRoot: projects.projects[task.project]?.root ?? '.' }));
  const docker = createDockerEngine({ env, workspaceRoot, signal });
  try {
    return await publishTasks(tasks, {
      workspaceRoot,
      env,
      git,
      registries,
      signal,
      connect: (entries, recall) => openConnection({ entries, env, signal, recall }),
      openerFor: (connection) => imageOpener({ connection, docker, commit: git.commit, print }),
      pruneImage: (folder) => pruneImage(folder, docker),
      run: openRunFolder<StagedNote>(workspaceRoot, env, process.ppid),
      siblings: taskGraph === undefined ? tasks.map(({ taskId }) => taskId) : findSiblings(taskGraph, projects, PUBLISH_EXECUTOR),
      print,
      now: Date.now,
    });
  } finally {
    await docker.close();
  }
}

/** The option of any task, else what `nx affected` compares with. */
function defaultBranchOf(asked: readonly AskedTask[], nxJson: NxJsonConfiguration): string | undefined {
  const option = asked.map(({ options }) => options.defaultBranch).find((branch) => branch !== undefined);
  return option ?? nxJson.defaultBase?.replace(/^origin\//, '');
}
