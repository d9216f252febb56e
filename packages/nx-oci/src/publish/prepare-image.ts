import { join } from 'node:path';

import { nearestTags } from '../git/nearest-tag';
import { type GitFacts } from '../git/read-git-facts';
import { computeTags, type ComputedTags } from '../tags/compute-tags';
import { releaseTagGlobs, resolveVersion, type ProjectVersion } from '../tags/resolve-version';
import { throwProblems } from '../tags/tag-rule';
import { type Destination } from './destination';
import { type NormalizedTask } from './normalize-task';
import { type OpenedTask } from './open-task';
import { readPackageVersion } from './package-version';
import { type PublishableImage } from './publishable-image';
import { stampLabels } from './stamp-facts';

/** An image that is ready to be published: everything known that can be known without a registry. */
export interface PreparedImage {
  readonly task: NormalizedTask;
  readonly folder: string;
  readonly version: ProjectVersion;
  readonly tags: ComputedTags;
  readonly image: PublishableImage;
  readonly destinations: readonly Destination[];
}

export interface PrepareContext {
  readonly workspaceRoot: string;
  /** Asked once for all images. */
  readonly git: Promise<GitFacts>;
}

/** Resolves version and tags, and stamps the image: writes nothing and asks no registry. */
export async function prepareImage(
  { built, ...opened }: OpenedTask,
  { workspaceRoot, git: asked }: PrepareContext,
): Promise<PreparedImage> {
  const { task } = opened;
  const [git, nearest] = await Promise.all([asked, findNearestTags(task, workspaceRoot)]);
  const version = await findVersion(task, { workspaceRoot, git, nearest });
  const tags = computeTags(task.rules, { commit: git.commit, isDirty: git.isDirty, version });
  if (tags.tags.length === 0) {
    throwProblems(
      `Cannot publish ${task.project}: no tag is left`,
      tags.skipped.map(({ rule, reason }) => `\`${rule}\`: ${reason}.`),
    );
  }
  return { ...opened, version, tags, image: await built.stamp(stampLabels(git, task.project, version.release)) };
}

async function findNearestTags({ project }: NormalizedTask, workspaceRoot: string): Promise<readonly string[]> {
  const globs = releaseTagGlobs(project);
  return (await Promise.all(globs.map(({ any, preRelease }) => nearestTags(workspaceRoot, any, preRelease)))).flat();
}

interface VersionFacts {
  readonly workspaceRoot: string;
  readonly git: GitFacts;
  readonly nearest: readonly string[];
}

async function findVersion(task: NormalizedTask, { workspaceRoot, git, nearest }: VersionFacts): Promise<ProjectVersion> {
  return resolveVersion({
    asked: task.release,
    projectName: task.project,
    tagsAtHead: git.tagsAtHead,
    nearestTags: nearest,
    projectVersion: await readPackageVersion(join(workspaceRoot, task.projectRoot)),
    workspaceVersion: await readPackageVersion(workspaceRoot),
    isShallow: git.isShallow,
  });
}
