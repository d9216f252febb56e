import { join } from 'node:path';

import { type RegistryClient } from '@nx-oci/distribution';

import { type RegistryHints } from '../connection/hints/registry-hints';
import { repositoryOf } from '../configuration/repository-of';
import { type RegistryEntry } from '../configuration/registry-entry';
import { imageFolder } from '../engines/image-folder';
import { readImageRecord } from '../engines/image-record';
import { nearestTags } from '../git/nearest-tag';
import { type GitFacts } from '../git/read-git-facts';
import { computeTags, type ComputedTags } from '../tags/compute-tags';
import { releaseTagGlobs, resolveVersion, type ProjectVersion } from '../tags/resolve-version';
import { throwProblems } from '../tags/tag-rule';
import { type Destination } from './destination';
import { type ImageOpener } from './image-opener';
import { memorizeManifests } from './memorize-manifests';
import { type NormalizedTask } from './normalize-task';
import { readPackageVersion } from './package-version';
import { type PublishableImage } from './publishable-image';
import { findMountSource } from './send-image';
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
  readonly git: GitFacts;
  readonly client: RegistryClient;
  readonly openImage: ImageOpener;
  readonly hints: RegistryHints;
}

/** Resolves version, tags, destinations and the image itself; writes nothing and asks no registry. */
export async function prepareImage(task: NormalizedTask, context: PrepareContext): Promise<PreparedImage> {
  const { workspaceRoot, git } = context;
  const names = task.registries.map((entry) => ({ entry, ...repositoryOf(entry, task.image) }));
  const version = await findVersion(task, context);
  const tags = computeTags(task.rules, { commit: git.commit, isDirty: git.isDirty, version });
  if (tags.tags.length === 0) {
    throwProblems(
      `Cannot publish ${task.project}: no tag is left`,
      tags.skipped.map(({ rule, reason }) => `\`${rule}\`: ${reason}.`),
    );
  }
  const folder = imageFolder(workspaceRoot, task.project);
  const record = await readImageRecord(folder);
  const image = await context.openImage(record, folder, stampLabels(git, task.project, version.release));
  return { task, folder, version, tags, image, destinations: names.map((name) => openDestination(name, image, context)) };
}

interface DestinationName {
  readonly entry: RegistryEntry;
  readonly registry: string;
  readonly repository: string;
}

// Each one makes the token longer, which travels with every request.
const MAX_MOUNT_SOURCES = 10;

/** Opens a repository to be written to; the first token also covers those that blobs may be mounted from. */
function openDestination(
  { entry, registry, repository }: DestinationName,
  { contents, mountSource: base }: PublishableImage,
  { client, hints }: PrepareContext,
): Destination {
  const sources = contents.map(({ digest }) => findMountSource({ registry, repository }, digest, { base, hints }));
  const mountSources = [...new Set(sources)].slice(0, MAX_MOUNT_SOURCES);
  return { entry, repository: memorizeManifests(client.repository({ registry, repository, access: 'push', mountSources })) };
}

async function findVersion(task: NormalizedTask, { workspaceRoot, git }: PrepareContext): Promise<ProjectVersion> {
  const globs = releaseTagGlobs(task.project);
  const nearest = await Promise.all(globs.map(({ any, preRelease }) => nearestTags(workspaceRoot, any, preRelease)));
  return resolveVersion({
    asked: task.release,
    projectName: task.project,
    tagsAtHead: git.tagsAtHead,
    nearestTags: nearest.flat(),
    projectVersion: await readPackageVersion(join(workspaceRoot, task.projectRoot)),
    workspaceVersion: await readPackageVersion(workspaceRoot),
    isShallow: git.isShallow,
  });
}
