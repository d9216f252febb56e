import { join } from 'node:path';

import { type GitFacts } from '../git/read-git-facts';
import { computeTags, mergeTags, type ComputedTags } from '../tags/compute-tags';
import { findReleasePatterns } from '../tags/find-release-patterns';
import { type ReleasePattern } from '../tags/release-pattern';
import { findRelease, resolveVersion, type ProjectVersion } from '../tags/resolve-version';
import { throwProblems } from '../tags/tag-rule';
import { type Destination } from './destination';
import { type NormalizedTask } from './normalize-task';
import { type OpenedTask } from './open-task';
import { readPackageVersion } from './package-version';
import { type PublishableImage } from './publishable-image';
import { stampLabels } from './stamp-facts';
import { tagFactsOf } from './tag-facts-of';
import { rulesIn } from './task-rules';

/** An image that is ready to be published: everything known that can be known without a registry. */
export interface PreparedImage {
  readonly task: NormalizedTask;
  readonly folder: string;
  readonly version: ProjectVersion;
  /** Of all registries together. */
  readonly tags: ComputedTags;
  /** By name of the registry. */
  readonly tagsByRegistry: ReadonlyMap<string, ComputedTags>;
  readonly image: PublishableImage;
  readonly destinations: readonly Destination[];
}

export interface PrepareContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asked once for all images. */
  readonly git: Promise<GitFacts>;
  /** How nx.json names the git tags of a project's releases; the usual names where it is absent. */
  readonly releasePatternsOf?: (project: string) => readonly ReleasePattern[];
  /** Unix time in ms, the same for all images. */
  readonly nowMs: number;
}

/** Resolves version and tags, and stamps the image: writes nothing and asks no registry. */
export async function prepareImage({ built, ...opened }: OpenedTask, context: PrepareContext): Promise<PreparedImage> {
  const { task } = opened;
  const { env, nowMs } = context;
  const git = await context.git;
  const version = await findVersion(task, git, context);
  const facts = tagFactsOf({ project: task.project, git, version, content: built.content, env, nowMs });
  const tagsByRegistry = new Map(opened.destinations.map(({ entry }) => [entry.name, computeTags(rulesIn(task, entry), facts)]));
  const tags = mergeTags([...tagsByRegistry.values()]);
  if (tags.tags.length === 0) {
    throwProblems(
      `Cannot publish ${task.project}: no tag is left`,
      tags.skipped.map(({ rule, reason }) => `\`${rule}\`: ${reason}.`),
    );
  }
  const labels = stampLabels(git, task.project, version.release ?? task.released?.imageTag);
  return { ...opened, version, tags, tagsByRegistry, image: await built.stamp(labels) };
}

/** The tags that an image gets in one registry. */
export function tagsIn({ tags, tagsByRegistry }: PreparedImage, { entry }: Destination): ComputedTags {
  return tagsByRegistry.get(entry.name) ?? tags;
}

async function findVersion(
  { project: name, projectRoot: root, release: asked, released }: NormalizedTask,
  git: GitFacts,
  { workspaceRoot, releasePatternsOf }: PrepareContext,
): Promise<ProjectVersion> {
  const patterns = releasePatternsOf?.(name) ?? findReleasePatterns({ name, root }, undefined);
  const told = { asked, released, patterns, tagsAtHead: git.tagsAtHead };
  return resolveVersion({
    ...told,
    // Of a release nothing else is wanted.
    nearestTags: findRelease(told) === undefined ? await findNearest(git, patterns) : [],
    projectVersion: await readPackageVersion(join(workspaceRoot, root)),
    workspaceVersion: await readPackageVersion(workspaceRoot),
    isShallow: git.isShallow,
  });
}

async function findNearest(git: GitFacts, patterns: readonly ReleasePattern[]): Promise<readonly string[]> {
  const found = await Promise.all(
    patterns.map(({ glob, preReleaseGlob, versionOf }) =>
      git.findNearestTags({ glob, excludedGlob: preReleaseGlob, isWanted: (name) => versionOf(name) !== undefined }),
    ),
  );
  return found.flat();
}
