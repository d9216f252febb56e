import { OciError, type Descriptor } from '@nx-oci/model';
import {
  computeTags,
  type Destination,
  type ImageFacts,
  readPublishedImage,
  type Sides,
  type TagFacts,
  type TagRule,
  type RequestedTag,
} from '@nx-oci/publish';

/** A published image, and how to compare the image of this commit with it. */
export interface Compared {
  readonly tag: string;
  readonly facts: ImageFacts;
  /** Absent if unknown. */
  readonly sizeBytes?: number;
  readonly sides: Sides;
}

/** What one registry has of an image. */
export interface Published {
  readonly destination: Destination;
  /** Each one once; none if no tag of this commit exists. */
  readonly compared: readonly Compared[];
  /** Tags that a publish of this commit would set in any case. */
  readonly missingTags: readonly string[];
  /** Whether the repository has any tags. */
  readonly hasTags: boolean;
}

/** An image of this commit, and where to search for it. */
export interface ImageQuery {
  readonly destination: Destination;
  /** The rules that apply in that registry. */
  readonly rules: readonly TagRule[];
  readonly facts: TagFacts;
  /** Whether a tag is not set from here. */
  readonly isHeld: (wanted: RequestedTag) => boolean;
  /** This commit and earlier ones, newest first. Read only if no other tag gives an answer. */
  readonly askCommits: () => Promise<readonly string[]>;
}

/**
 * Finds the last published image: the targets of this commit's floating tags; else of its version tags; else of tags that other
 * publishes move; else the closest commit with its own tag.
 */
export async function findPublished(image: ImageQuery): Promise<Published> {
  const { destination, rules, facts, isHeld } = image;
  const { repository } = destination;
  // A tag for uncommitted changes is new with each commit, so there is nothing to compare with.
  const floating = computeTags(rules, facts).tags.filter((tag) => tag.isFloating && tag.guard !== 'none');
  const free = floating.filter((tag) => !isHeld(tag));
  const held = floating.filter(isHeld);
  const lasting = lastingTags(rules, facts);
  const wanted = [...free, ...lasting, ...held];
  // Resolved, not fetched: Docker Hub counts a fetch as a pull.
  const present = new Map(await Promise.all(wanted.map(async ({ tag }) => [tag, await lookUp(destination, tag)] as const)));
  const isThere = ({ tag }: RequestedTag): boolean => present.get(tag) !== undefined;
  const sides: Sides = facts.isOnDefaultBranch ? 'both' : 'ours';
  const read = (tag: RequestedTag): Promise<Compared | undefined> =>
    readCompared(repository, tag.tag, present.get(tag.tag), isOwn(tag) || !tag.isFloating ? 'both' : sides);

  const [firstLasting] = lasting.filter(isThere);
  const [firstHeld] = [...held.filter(isOwn), ...held].filter(isThere);
  const known = await Promise.all(eachImageOnce(free.filter(isThere), present).map(read));
  const first = firstLasting ?? firstHeld;
  if (known.length === 0 && first !== undefined) known.push(await read(first));
  const missingTags = [...free.filter((tag) => !isOwn(tag)), ...lasting.filter((tag) => !isHeld(tag))]
    .filter((tag) => !isThere(tag))
    .map(({ tag }) => tag);
  if (known.length > 0) return { destination, compared: known.filter((one) => one !== undefined), missingTags, hasTags: true };
  const { names, unread } = await repository.listTags();
  const named = names.length === 0 ? undefined : await findNamedCommit(image, new Set(names));
  // A commit in the missing part might be closer. A found image can be compared; finding none proves nothing.
  if (named === undefined && unread !== undefined) throw unread;
  const compared = named === undefined ? undefined : await readCompared(repository, named, undefined, 'both');
  return { destination, compared: compared === undefined ? [] : [compared], missingTags, hasTags: names.length > 0 };
}

async function lookUp({ repository }: Destination, tag: string): Promise<Descriptor | undefined> {
  const there = await repository.resolve(tag);
  if (there !== 'unknown') return there;
  throw new OciError(
    'DENIED',
    `Cannot look up ${repository.registry}/${repository.repository}:${tag}: the registry does not say whether this tag exists.`,
    {
      hint: 'Give the login pull access.',
    },
  );
}

/** The tag of a branch or pull request: it is new with the branch, so its absence does not mean a missing publish. */
function isOwn({ guard }: RequestedTag): boolean {
  return guard === 'cleanTree';
}

/** Immutable tags that do not name the exact commit or time: `v1.2.3`, or the match of a pattern in a git tag. */
function lastingTags(rules: readonly TagRule[], facts: TagFacts): readonly RequestedTag[] {
  const elsewhere = { ...facts, commit: '0'.repeat(40), commitTime: '2000-01-01T00:00:00Z', nowMs: 0 };
  const lasting = new Set(computeTags(rules, elsewhere).tags.map(({ tag }) => tag));
  return computeTags(rules, facts).tags.filter(({ tag, isFloating }) => !isFloating && lasting.has(tag));
}

function eachImageOnce(tags: readonly RequestedTag[], present: ReadonlyMap<string, Descriptor | undefined>): readonly RequestedTag[] {
  const inOrder = [...tags.filter(isOwn), ...tags.filter((tag) => !isOwn(tag))];
  return [...new Map(inOrder.toReversed().map((tag) => [present.get(tag.tag)?.digest, tag])).values()].toReversed();
}

async function findNamedCommit({ rules, facts, askCommits }: ImageQuery, names: ReadonlySet<string>): Promise<string | undefined> {
  const shaRules = rules.filter(({ kind }) => kind === 'sha');
  if (shaRules.length === 0) return undefined;
  for (const commit of await askCommits()) {
    const { tags } = computeTags(shaRules, { ...facts, commit, isDirty: false });
    const found = tags.find(({ tag }) => names.has(tag));
    if (found !== undefined) return found.tag;
  }
  return undefined;
}

async function readCompared(
  repository: Destination['repository'],
  tag: string,
  at: Descriptor | undefined,
  sides: Sides,
): Promise<Compared | undefined> {
  const image = await readPublishedImage(repository, at?.digest ?? tag, { withSize: true });
  return image && { tag, facts: image.facts, sizeBytes: image.sizeBytes, sides };
}
