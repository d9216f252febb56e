import { type Descriptor, OciError } from '@nx-oci/model';

import { compareCommits } from '../../git/compare-commits';
import { compareImages, type OrderFacts } from '../../tags/compare-images';
import { type RequestedTag } from '../../tags/compute-tags';
import { describeDestination, type Destination } from '../../publish/destination/destination';
import { type PublishedImage } from '../../publish/image/image-facts';
import { readPublishedImage } from '../../publish/image/read-published-image';
import { exactFirst } from './find-in-report';
import { type FoundImage } from './found-image';

/** An image of the checked-out commit, and the tags that its publish sets. */
export interface RegistryQuery {
  readonly workspaceRoot: string;
  readonly project: string;
  readonly destination: Destination;
  readonly tags: readonly RequestedTag[];
  /** The tags that the nearest release before the checked-out commit has. */
  readonly nearest: readonly string[];
  /** The tags that never move of an image that was published from another commit. */
  readonly namesOf: (image: PublishedImage) => readonly string[];
  /** Of the checked-out commit. */
  readonly head: OrderFacts;
}

/**
 * Finds the published image of the checked-out commit, with one request for each tag: the one that its version or its commit
 * names; else the one that a floating tag points at, if it is not newer than the commit: the commit did not change the image. An
 * image without floating tags is found by those of the nearest release.
 *
 * @throws OciError `DENIED` if the registry does not say whether a tag exists; as requests do.
 */
export async function findInRegistry(query: RegistryQuery): Promise<FoundImage> {
  const { destination, tags, head } = query;
  const names = exactFirst(
    tags.filter(({ isFloating, isContentAddressed }) => !isFloating && isContentAddressed !== true).map(({ tag }) => tag),
    head.version,
  );
  const there = await Promise.all(names.map((tag) => lookUp(destination, tag)));
  const [digest] = there.flatMap((found) => found?.digest ?? []);
  const image = digest === undefined ? undefined : await readPublishedImage(destination.repository, digest, { withPlatforms: true });
  if (image === undefined) return findEarlier(query, names);
  const confirmed = names.filter((_, index) => there[index]?.digest === image.digest);
  return { kind: 'found', digest: image.digest, facts: image.facts, names: confirmed, confirmed };
}

async function findEarlier(query: RegistryQuery, names: readonly string[]): Promise<FoundImage> {
  const { destination, project, tags, nearest, namesOf } = query;
  const floating = tags.filter(({ isFloating }) => isFloating).map(({ tag }) => tag);
  const looked: string[] = [...names];
  const newer: string[] = [];
  for (const tag of floating.length > 0 ? floating : nearest) {
    const image = (await lookUp(destination, tag)) && (await readPublishedImage(destination.repository, tag, { withPlatforms: true }));
    if (image === undefined) looked.push(tag);
    else if (image.facts.project !== undefined && image.facts.project !== project)
      newer.push(`${tag} is an image of ${image.facts.project}`);
    else if (await isNewer(image, query)) newer.push(`${tag} was published from a newer commit than the one checked out`);
    else return { kind: 'found', digest: image.digest, facts: image.facts, names: namesOf(image), confirmed: [tag] };
  }
  const missing = looked.length === 0 ? [] : [`there is no ${looked.join(', ')}`];
  return { kind: 'absent', reason: [...missing, ...newer].join('; ') || 'no rule gives it a tag here' };
}

async function isNewer({ facts }: PublishedImage, { head, workspaceRoot }: RegistryQuery): Promise<boolean> {
  const isComparable = head.revision !== undefined && facts.revision !== undefined;
  const commits = isComparable ? await compareCommits(workspaceRoot, head.revision, facts.revision) : 'unknown';
  return !compareImages({ ours: head, theirs: facts, commits, scope: 'commit' }).move;
}

async function lookUp(destination: Destination, tag: string): Promise<Descriptor | undefined> {
  const there = await destination.repository.resolve(tag);
  if (there !== 'unknown') return there;
  throw new OciError(
    'DENIED',
    `Cannot look up ${describeDestination(destination)}:${tag}: the registry does not say whether this tag exists.`,
    {
      hint: 'Give the login pull access.',
    },
  );
}
