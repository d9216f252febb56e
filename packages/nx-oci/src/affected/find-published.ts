import { type Destination } from '../publish/destination';
import { type ImageFacts } from '../publish/image-facts';
import { readPublishedImage } from '../publish/read-published-image';
import { computeTags, type WantedTag } from '../tags/compute-tags';
import { type TagFacts } from '../tags/tag-facts';
import { type TagRule } from '../tags/tag-rule';

/** What one registry has of an image. */
export interface Published {
  readonly destination: Destination;
  /** The image that this commit's is compared with; absent where no tag that it would have is there. */
  readonly compared?: { readonly tag: string; readonly facts: ImageFacts };
  /** Exact names of this commit's version that are not there. */
  readonly missingVersions: readonly string[];
  /** The repository has tags, though none of those. */
  readonly hasOthers: boolean;
}

/** An image of this commit, and where it is looked for. */
export interface LookedFor {
  readonly destination: Destination;
  /** Those that hold in that registry. */
  readonly rules: readonly TagRule[];
  readonly facts: TagFacts;
  /** This commit and those before it, the newest first. Asked only where no floating tag tells. */
  readonly askCommits: () => Promise<readonly string[]>;
}

/**
 * Finds what was published last: what a floating tag of this commit points at now, else the closest commit that has a name
 * of its own there.
 */
export async function findPublished(image: LookedFor): Promise<Published> {
  const { destination } = image;
  const { repository } = destination;
  const [floating, missingVersions] = await Promise.all([findFloating(image), findMissingVersions(image)]);
  if (floating !== undefined) return { destination, compared: floating, missingVersions, hasOthers: true };
  const names = await repository.listTags();
  const named = names.length === 0 ? undefined : await findNamedCommit(image, new Set(names));
  const compared = named === undefined ? undefined : await read(image, named);
  return { destination, ...(compared && { compared }), missingVersions, hasOthers: names.length > 0 };
}

/** The first of the floating tags that is there: a branch's own name tells more of it than one that others move, too. */
async function findFloating(image: LookedFor): Promise<Published['compared']> {
  const { tags } = computeTags(image.rules, image.facts);
  const isOwn = ({ guard }: WantedTag): boolean => guard === 'cleanTree';
  const floating = tags.filter(({ isFloating }) => isFloating);
  const inOrder = [...floating.filter(isOwn), ...floating.filter((tag) => !isOwn(tag))];
  const { repository } = image.destination;
  // Looked at, not read: Docker Hub counts what is read as a pull.
  const present = await Promise.all(inOrder.map(async ({ tag }) => ({ tag, at: await repository.resolve(tag) })));
  const first = present.find(({ at }) => at !== undefined);
  return first && read(image, first.tag, first.at?.digest);
}

async function findMissingVersions({ destination: { repository }, rules, facts }: LookedFor): Promise<readonly string[]> {
  const { tags } = computeTags(
    rules.filter(({ kind }) => kind === 'version'),
    facts,
  );
  const present = await Promise.all(tags.map(async ({ tag }) => ({ tag, at: await repository.resolve(tag) })));
  return present.filter(({ at }) => at === undefined).map(({ tag }) => tag);
}

async function findNamedCommit({ rules, facts, askCommits }: LookedFor, names: ReadonlySet<string>): Promise<string | undefined> {
  const shaRules = rules.filter(({ kind }) => kind === 'sha');
  if (shaRules.length === 0) return undefined;
  for (const commit of await askCommits()) {
    const { tags } = computeTags(shaRules, { ...facts, commit, isDirty: false });
    const found = tags.find(({ tag }) => names.has(tag));
    if (found !== undefined) return found.tag;
  }
  return undefined;
}

async function read({ destination: { repository } }: LookedFor, tag: string, digest: string = tag): Promise<Published['compared']> {
  const image = await readPublishedImage(repository, digest);
  return image && { tag, facts: image.facts };
}
