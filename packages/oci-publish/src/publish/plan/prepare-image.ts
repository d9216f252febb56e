import { type RegistryEntry } from '../../configuration/registry-entry';
import { withChanges, type GitFacts } from '../../git/read-git-facts';
import { computeTags, mergeTags, type ComputedTags, type TagFacts } from '../../tags/compute-tags';
import { describeSkippedRules } from '../../tags/describe-skipped-rule';
import { addExactVersion } from '../../tags/rules/exact-version';
import { type ProjectVersion } from '../../tags/versions/resolve-version';
import { type TagRule } from '../../tags/rules/tag-rule';
import { type Destination } from '../destination/destination';
import { findVersion, type VersionContext } from '../task/find-version';
import { type NormalizedTask } from '../task/normalize-task';
import { type OpenedImage } from '../image/open-image';
import { refuseSecretNames } from '../../secrets/refuse-secret-names';
import { type PublishableImage, type PublishedDigests } from '../image/publishable-image';
import { stampLabels } from '../image/stamp-facts';
import { tagFactsOf } from './tag-facts-of';
import { rulesIn } from '../task/task-rules';

/** The names of an image, and what is known about it without a registry. */
interface Naming {
  readonly task: NormalizedTask;
  readonly folder: string;
  /** The commit, and the uncommitted changes that affect this image. */
  readonly git: GitFacts;
  readonly version: ProjectVersion;
  /** Of all registries together. */
  readonly tags: ComputedTags;
  /** By name of the registry. */
  readonly tagsByRegistry: ReadonlyMap<string, ComputedTags>;
  /** The destinations in which it gets tags. */
  readonly destinations: readonly Destination[];
}

/** A built image with its tags, which may be none. */
export type NamedImage = Naming & Pick<OpenedImage, 'built'>;

/** An image that is ready to be published. */
export interface PreparedImage extends Naming {
  readonly image: PublishableImage;
}

/** The changed files that the image of a task is built from. */
export type ChangesOf = (task: Pick<NormalizedTask, 'taskId' | 'project'>, changed: readonly string[]) => readonly string[];

export interface PrepareContext extends VersionContext {
  readonly env: NodeJS.ProcessEnv;
  /** Read once for all images. */
  readonly git: Promise<GitFacts>;
  /** The changed files that a task's image is built from; by default all. */
  readonly changesOf?: ChangesOf;
  /** Unix time in ms, the same for all images of the run. */
  readonly nowMs: number;
}

/** Resolves version and tags, without writes and requests. */
export async function nameImage(opened: OpenedImage, context: PrepareContext): Promise<NamedImage> {
  const { built, destinations } = opened;
  const { env, nowMs } = context;
  const all = await context.git;
  const git = context.changesOf === undefined ? all : withChanges(all, context.changesOf(opened.task, all.changedPaths));
  const version = await findVersion(opened.task, git, context);
  const task = nameRelease(opened.task, version);
  const facts = tagFactsOf({ project: task.project, git, version, content: built.content, env, nowMs });
  const tagsByRegistry = new Map(destinations.map(({ entry }) => [entry.name, computeTagsIn(entry, task, facts)]));
  refuseSecretNames(`publish ${task.project}`, [
    ...[...tagsByRegistry.values()].flatMap(({ tags }) => tags).map(({ tag }) => ({ kind: 'tag', text: tag })),
    ...destinations.map(({ repository }) => ({ kind: 'repository', text: `${repository.registry}/${repository.repository}` })),
  ]);
  // An image without tags is never looked up.
  const wanted = destinations.filter(({ entry }) => tagsByRegistry.get(entry.name)?.tags.length !== 0);
  return { ...opened, task, git, destinations: wanted, version, tags: mergeTags([...tagsByRegistry.values()]), tagsByRegistry };
}

/** Adds the exact version of a release to the rules of every registry. */
function nameRelease(task: NormalizedTask, version: ProjectVersion): NormalizedTask {
  if (!task.exactVersion) return task;
  const add = (rules: readonly TagRule[]) => addExactVersion(rules, version, task.versionPrefix);
  return { ...task, rules: add(task.rules), registryRules: new Map([...task.registryRules].map(([name, rules]) => [name, add(rules)])) };
}

function computeTagsIn(entry: RegistryEntry, task: NormalizedTask, facts: TagFacts): ComputedTags {
  const computed = computeTags(rulesIn(task, entry), facts);
  if (!task.registryRules.has(entry.name)) return computed;
  return { ...computed, skipped: computed.skipped.map((rule) => ({ ...rule, registry: entry.name })) };
}

/** Stamps an image with the commit and version of its tags. @param digests of the images of the workspace that it is made of. */
export function stampImage({ built, ...named }: NamedImage, digests?: PublishedDigests): PreparedImage {
  const { task, git, version } = named;
  const labels = stampLabels(git, task.project, version.release ?? task.released?.imageTag);
  return { ...named, image: built.stamp(labels, digests) };
}

/** The tags that an image gets in one registry. */
export function tagsIn({ tags, tagsByRegistry }: Pick<PreparedImage, 'tags' | 'tagsByRegistry'>, { entry }: Destination): ComputedTags {
  return tagsByRegistry.get(entry.name) ?? tags;
}

/**
 * Why no rule gives the image a tag, in one line for each rule. Pure.
 *
 * This is not a failure: `nx affected -t publish` runs at every commit, even for images that are only published as releases.
 */
export function reasonForNoTag({ tags: { tags, skipped } }: Pick<NamedImage, 'tags'>): string | undefined {
  if (tags.length > 0) return undefined;
  return ['no rule gives a tag here', ...describeSkippedRules(skipped).map((line) => `  ${line}`)].join('\n');
}
