import { type NxJsonConfiguration, type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

import { loadRegistries } from '../../configuration/registries';
import { openConnection } from '../../connection/open-connection';
import { createDockerEngine } from '../../engines/docker/docker-engine';
import { readCiFacts } from '../../facts/read-ci-facts';
import { readEventFile } from '../../facts/read-event-file';
import { readGitFacts } from '../../git/read-git-facts';
import { describeError } from '../../output/describe-error';
import { isShown } from '../../output/is-shown';
import { chooseProgress } from '../../output/progress/choose-progress';
import { ProgressDisplay } from '../../output/progress/show-progress';
import { print } from '../../output/print';
import { imageOpener } from '../../publish/open-image';
import { pruneImage } from '../../publish/prune-image';
import { type TaskResults } from '../../publish/publish-context';
import { type PublishTask } from '../../publish/publish-task';
import { publishTasks } from '../../publish/publish-tasks';
import { reasonToSkip, skipTasks } from '../../publish/skip-fork';
import { type PublishOptions } from '../../publish/publish-options';
import { type StagedNote } from '../../publish/staged-note';
import { type Released } from '../../release/decide-release';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { endRunWithoutHooks } from '../../report/end-run';
import { findGroups } from '../../run/find-groups';
import { findSiblings } from '../../run/find-siblings';
import { Interruption } from '../../run/interruption';
import { openRunFolder, removeStaleRuns, runsFolder, type RunFolder } from '../../run/run-folder';
import { RUN_ID_VARIABLE } from '../../run/run-id';
import { PUBLISH_EXECUTOR } from '../executor-names';

export interface AskedTask {
  readonly taskId: string;
  readonly project: string;
  readonly options: PublishOptions;
  /** What `nx release` says that this is. */
  readonly released?: Released;
}

export interface NxFacts {
  readonly workspaceRoot: string;
  readonly projects: ProjectsConfigurations;
  readonly nxJson: NxJsonConfiguration;
  /** Of the whole run. */
  readonly taskGraph: TaskGraph | undefined;
  /** Ids of all publish tasks of the run, those of other processes included; by default what the graph says. */
  readonly siblings?: readonly string[];
  readonly isBatch: boolean;
}

/** Normalise, plan, act, report: what both ways of being called by Nx share. A result for every task, always. */
export async function runPublish(asked: readonly AskedTask[], nx: NxFacts): Promise<TaskResults> {
  const interruption = new Interruption();
  const { stop } = interruption;
  // Not `once`: with its last listener gone a signal would end the process before anything is cleaned up.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    return await publish(asked, nx, interruption);
  } catch (error) {
    const text = describeError(error);
    return new Map(asked.map(({ taskId }) => [taskId, { success: false, text }]));
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

async function publish(asked: readonly AskedTask[], nx: NxFacts, interruption: Interruption): Promise<TaskResults> {
  const { workspaceRoot, projects, taskGraph } = nx;
  const { env } = process;
  const tasks = asked.map((task) => ({ ...task, projectRoot: projects.projects[task.project]?.root ?? '.' }));
  const siblings =
    nx.siblings ?? (taskGraph === undefined ? tasks.map(({ taskId }) => taskId) : findSiblings(taskGraph, projects, PUBLISH_EXECUTOR));
  const run = openRunFolder<StagedNote>(workspaceRoot, env, process.ppid);
  // What Nx would hide is told when the run has ended, by the plugin's hook, where that is there to do it.
  const hasHooks = env[RUN_ID_VARIABLE] !== undefined;
  const isSeen = isShown({ isBatch: nx.isBatch, isTerminal: process.stdout.isTTY, taskCount: siblings.length, env });
  const show = isSeen || !hasHooks ? print : (text: string) => run.tell(text);
  try {
    const forkReason = reasonToSkip(readCiFacts(env, await readEventFile(env)));
    // Before registries.yaml is read: what it takes from secrets is not there for a fork.
    if (forkReason !== undefined) return await skipTasks(tasks, forkReason, { workspaceRoot, env, run, print: show });
    return await publishHere({ tasks, siblings, run, isSeen, show }, nx, interruption);
  } finally {
    if (!hasHooks) {
      await endRunWithoutHooks(workspaceRoot, run.folder, siblings.length);
      await removeStaleRuns(runsFolder(workspaceRoot, env), Date.now());
    }
  }
}

/** What this process publishes, in which run, and how it is told. */
interface OwnPart {
  readonly tasks: readonly PublishTask[];
  readonly siblings: readonly string[];
  readonly run: RunFolder<StagedNote>;
  /** Whether Nx shows what is printed now. */
  readonly isSeen: boolean;
  readonly show: (text: string) => void;
}

async function publishHere(
  { tasks, siblings, run, isSeen, show }: OwnPart,
  { workspaceRoot, projects, nxJson, taskGraph }: NxFacts,
  { signal, passPointOfNoReturn }: Interruption,
): Promise<TaskResults> {
  const { env } = process;
  const registries = await loadRegistries(workspaceRoot, env);
  const onFailure = registries.publish.onFailure ?? 'abort';
  const mode = chooseProgress({ isTerminal: process.stdout.isTTY, isShown: isSeen, env });
  const progress = new ProgressDisplay({ mode, screen: process.stdout, now: Date.now });
  const docker = createDockerEngine({ env, workspaceRoot, signal });
  try {
    return await publishTasks(tasks, {
      workspaceRoot,
      env,
      readGit: () => readGitFacts({ folder: workspaceRoot, env, defaultBranch: defaultBranchOf(tasks, nxJson) }),
      releasePatternsOf: releasePatternsOf(projects, nxJson),
      registries,
      signal,
      passPointOfNoReturn,
      connect: (entries, recall) => openConnection({ entries, env, signal, recall }),
      openerFor: (connection) => imageOpener({ connection, docker, print }),
      pruneImage: (folder) => pruneImage(folder, docker),
      run,
      siblings,
      groups: taskGraph && findGroups({ taskGraph, projects, siblings, own: tasks.map(({ taskId }) => taskId), onFailure }),
      print: progress.around(show),
      watcher: mode === 'none' ? undefined : progress.watcher,
      now: Date.now,
    });
  } finally {
    progress.stop();
    await docker.close();
  }
}

/** The option of any task, else what `nx affected` compares with. */
function defaultBranchOf(asked: readonly AskedTask[], nxJson: NxJsonConfiguration): string | undefined {
  const option = asked.map(({ options }) => options.defaultBranch).find((branch) => branch !== undefined);
  return option ?? nxJson.defaultBase?.replace(/^origin\//, '');
}
