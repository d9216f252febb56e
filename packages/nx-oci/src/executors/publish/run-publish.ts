import { type NxJsonConfiguration, type ProjectGraph, type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';
import {
  type ChangesOf,
  describeError,
  endRunWithoutHooks,
  imageOpener,
  type InputsOf,
  type Interruption,
  isDryRun,
  loadRegistries,
  openConnection,
  openRunFolder,
  pruneImage,
  type PublishOptions,
  type PublishTask,
  publishTasks,
  readCiFacts,
  readEventFile,
  readGitFacts,
  readTextIn,
  reasonToSkip,
  type Released,
  removeFromStore,
  removeStaleRuns,
  type RunFolder,
  runsFolder,
  skipTasks,
  type StagedRecord,
  sweepTemporaryFolders,
  type TaskResults,
} from '@nx-oci/publish';

import { comparedInputs } from '../../image-inputs/compared-inputs';
import { withParts } from '../../image-inputs/image-parts';
import { ownChanges } from '../../image-inputs/own-changes';
import { staleRisks } from '../../image-inputs/stale-risks';
import { graphOf, type WorkspaceGraph } from '../../image-inputs/workspace-graph';
import { readNxProcess } from '../../nx-run/output/nx-process';
import { readRunPid } from '../../nx-run/run-pid';
import { renderWarnings } from '../../nx-run/output/render-warnings';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { findGroups } from '../../nx-run/graph/find-groups';
import { untestedImages } from '../../nx-run/graph/untested-images';
import { findSiblings } from '../../nx-run/graph/find-siblings';
import { DOCTOR_EXECUTOR, PUBLISH_EXECUTOR } from '../../nx/executor-names';
import { interruptible } from '../interruptible';
import { hasHooks, openOutput, type TaskOutput } from '../open-output';

export interface RequestedTask {
  readonly taskId: string;
  readonly project: string;
  readonly options: PublishOptions;
  /** The release, as `nx release` defines it. */
  readonly released?: Released;
}

export interface NxFacts {
  readonly workspaceRoot: string;
  readonly projects: ProjectsConfigurations;
  readonly nxJson: NxJsonConfiguration;
  readonly projectGraph: ProjectGraph;
  /** Of the whole run. */
  readonly taskGraph: TaskGraph | undefined;
  /** Ids of all publish tasks of the run, including those of other processes; by default those of the graph. */
  readonly siblings?: readonly string[];
  /** Projects whose images a release builds itself, since Nx does not. */
  readonly builtByRelease?: readonly string[];
  readonly isBatch: boolean;
}

/** Normalise, plan, act, report: shared by both ways in which Nx calls us. Always gives a result for every task. */
export async function runPublish(asked: readonly RequestedTask[], nx: NxFacts): Promise<TaskResults> {
  try {
    return await interruptible((interruption) => publish(asked, nx, interruption));
  } catch (error) {
    const text = describeError(error);
    return new Map(asked.map(({ taskId }) => [taskId, { success: false, text }]));
  }
}

async function publish(asked: readonly RequestedTask[], nx: NxFacts, interruption: Interruption): Promise<TaskResults> {
  const { workspaceRoot, projects, taskGraph } = nx;
  const { env } = process;
  const tasks = asked.map((task) => ({
    ...task,
    projectRoot: projects.projects[task.project]?.root ?? '.',
    isForcedByTarget: taskGraph?.tasks[task.taskId]?.overrides['force'] === undefined,
  }));
  const siblings =
    nx.siblings ?? (taskGraph === undefined ? tasks.map(({ taskId }) => taskId) : findSiblings(taskGraph, projects, PUBLISH_EXECUTOR));
  const nxProcess = readNxProcess(process.ppid);
  const run = openRunFolder<StagedRecord>(workspaceRoot, env, nxProcess?.pid ?? process.ppid);
  const own = tasks.map(({ taskId }) => taskId);
  const output = openOutput(run, { nxProcess, isBatch: nx.isBatch, own, taskCount: siblings.length, taskGraph });
  try {
    const forkReason = reasonToSkip(readCiFacts(env, await readEventFile(env)));
    // Before registries.yaml is read: a fork does not have its secrets.
    if (forkReason !== undefined) {
      await output.noted;
      return await skipTasks(tasks, forkReason, { workspaceRoot, env, run, print: output.show });
    }
    return await publishHere({ tasks, siblings, run, output }, nx, interruption);
  } finally {
    output.stop();
    if (!hasHooks(env)) {
      await endRunWithoutHooks(workspaceRoot, run.folder, siblings.length);
      await removeStaleRuns(runsFolder(workspaceRoot, env), Date.now());
    }
  }
}

/** What this process publishes, in which run, and how it prints. */
interface OwnPart {
  readonly tasks: readonly PublishTask[];
  readonly siblings: readonly string[];
  readonly run: RunFolder<StagedRecord>;
  readonly output: TaskOutput;
}

async function publishHere(
  { tasks, siblings, run, output }: OwnPart,
  nx: NxFacts,
  { signal, passPointOfNoReturn }: Interruption,
): Promise<TaskResults> {
  const { workspaceRoot, projects, nxJson, taskGraph } = nx;
  const { env } = process;
  const [registries] = await Promise.all([loadRegistries(workspaceRoot, env), output.noted, sweepTemporaryFolders(Date.now())]);
  const onFailure = registries.publish.onFailure ?? 'abort';
  const graph = graphOf({ projectsConfigurations: projects, projectGraph: nx.projectGraph, nxJsonConfiguration: nxJson });
  warnOfStaleImages(tasks, graph, nx, output);
  const asked = tasks.map((task) => ({ ...task, ...withParts(graph, { project: task.project, target: targetOf(task, nx) }) }));
  return publishTasks(asked, {
    workspaceRoot,
    env,
    readGit: () => readGitFacts({ folder: workspaceRoot, env, defaultBranch: defaultBranchOf(tasks, nxJson) }),
    changesOf: changesIn(graph, nx),
    inputsOf: inputsIn(graph, nx),
    releasePatternsOf: releasePatternsOf(projects, nxJson),
    doctorOf: (project) => findDoctor(projects, project),
    registries,
    signal,
    passPointOfNoReturn,
    connect: (entries, memory) => openConnection({ entries, env, signal, memory, onWait: output.waited }),
    openerFor: imageOpener,
    pruneImage: (folder) => pruneImage(folder, (engine, image) => removeFromStore({ env, workspaceRoot, signal }, engine, image)),
    run,
    runPid: readRunPid(),
    siblings,
    groups: taskGraph && findGroups({ taskGraph, projects, siblings, own: tasks.map(({ taskId }) => taskId), onFailure }),
    print: output.show,
    mention: output.mention,
    watcher: output.watcher,
    now: Date.now,
  });
}

/** The changed files that affect a task's image, according to the graph of Nx. */
function changesIn(graph: WorkspaceGraph, nx: NxFacts): ChangesOf {
  const changes = ownChanges(graph, readTextIn(nx.workspaceRoot));
  return (task, changed) => changes(task.project, targetOf(task, nx), changed);
}

/** The inputs of a task's image, if neither this run nor the release built it. */
function inputsIn(graph: WorkspaceGraph, nx: NxFacts): InputsOf {
  const run = { taskGraph: nx.taskGraph, readText: readTextIn(nx.workspaceRoot) };
  return (task, part) =>
    nx.builtByRelease?.includes(task.project) === true
      ? undefined
      : comparedInputs(graph, { project: task.project, target: targetOf(task, nx) }, run, part);
}

/** Nx may have restored an outdated image, which the image itself does not show. */
function warnOfStaleImages(tasks: readonly PublishTask[], graph: WorkspaceGraph, nx: NxFacts, { show }: TaskOutput): void {
  const readText = readTextIn(nx.workspaceRoot);
  const risks = [
    ...tasks.flatMap((task) => staleRisks(graph, task.project, targetOf(task, nx), readText)),
    ...untestedImages(
      tasks.map((task) => ({ ...task, isDryRun: isDryRun(task, process.env), isStage: task.options.stage !== undefined })),
      nx.projects,
      nx.taskGraph,
    ),
  ];
  if (risks.length > 0) show(renderWarnings(risks, process.env));
}

function targetOf({ taskId, project }: Pick<PublishTask, 'taskId' | 'project'>, { taskGraph }: NxFacts): string {
  return taskGraph?.tasks[taskId]?.target.target ?? taskId.slice(project.length + 1);
}

/** The option of any task, else the base of `nx affected`. */
function defaultBranchOf(asked: readonly RequestedTask[], nxJson: NxJsonConfiguration): string | undefined {
  const option = asked.map(({ options }) => options.defaultBranch).find((branch) => branch !== undefined);
  return option ?? nxJson.defaultBase?.replace(/^origin\//, '');
}

function findDoctor({ projects }: ProjectsConfigurations, project: string): string | undefined {
  const found = Object.entries(projects[project]?.targets ?? {}).find(([, { executor }]) => executor === DOCTOR_EXECUTOR);
  return found && `${project}:${found[0]}`;
}
