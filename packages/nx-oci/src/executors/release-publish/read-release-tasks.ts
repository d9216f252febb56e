import { join } from 'node:path';

import { type ExecutorContext, type NxJsonConfiguration } from '@nx/devkit';
import { type BuiltTags, readPackageVersion } from '@nx-oci/publish';

import { chooseRelease, type ReleaseChoice, type ReleaseTask } from '../../release/choose-release';
import { readReleaseOptions } from '../../release/release-options';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { findSiblings } from '../../nx-run/graph/find-siblings';
import { RELEASE_EXECUTOR } from '../../nx/executor-names';
import { restoreTexts } from '../restore-texts';

/** A release task of this process, with its options as Nx combined them. */
export interface ArrivedTask {
  readonly taskId: string;
  readonly project: string;
  readonly target: string;
  readonly options: object;
}

/** A release task of the run, and its decision. */
export interface KnownTask extends ReleaseTask {
  readonly choice: ReleaseChoice;
  /** Whether it runs in this process. */
  readonly isOwn: boolean;
}

/**
 * All release tasks of the run, including those of other processes: tags wait for all that publish.
 */
export async function readReleaseTasks(
  arrived: readonly ArrivedTask[],
  builtTags: BuiltTags,
  context: ExecutorContext,
): Promise<readonly KnownTask[]> {
  const all = [...arrived, ...findOthers(arrived, context)];
  const hasDockerVersions = usesDockerVersions(context.nxJsonConfiguration);
  const patternsOf = releasePatternsOf(context.projectsConfigurations, context.nxJsonConfiguration);
  return Promise.all(
    all.map(async (one) => {
      const { root = '.', targets = {} } = context.projectsConfigurations.projects[one.project] ?? {};
      const written = (targets[one.target]?.options ?? {}) as object;
      const projectVersion = await readPackageVersion(join(context.root, root));
      const options = readReleaseOptions(restoreTexts(one.options, context.taskGraph), written);
      const task = {
        taskId: one.taskId,
        project: one.project,
        options,
        targets,
        projectVersion,
        patterns: patternsOf(one.project),
        hasDockerVersions,
      };
      return { ...task, choice: chooseRelease(task, builtTags), isOwn: arrived.includes(one) };
    }),
  );
}

/** Whether @nx/docker may have made versions from dates and commits: `release.docker`, for all or for a group. */
function usesDockerVersions({ release }: NxJsonConfiguration): boolean {
  return [release, ...Object.values(release?.groups ?? {})].some((part) => part?.docker !== undefined);
}

/** Combines the options of a task of another process like Nx: the target's options, then the command line. */
function findOthers(arrived: readonly ArrivedTask[], { taskGraph, projectsConfigurations }: ExecutorContext): readonly ArrivedTask[] {
  if (taskGraph === undefined) return [];
  const own = new Set(arrived.map(({ taskId }) => taskId));
  return findSiblings(taskGraph, projectsConfigurations, RELEASE_EXECUTOR)
    .filter((taskId) => !own.has(taskId))
    .flatMap((taskId) => {
      const task = taskGraph.tasks[taskId];
      if (task === undefined) return [];
      const { project, target } = task.target;
      const written = projectsConfigurations.projects[project]?.targets?.[target]?.options as object | undefined;
      return [{ taskId, project, target, options: { ...written, ...(task.overrides as object) } }];
    });
}
