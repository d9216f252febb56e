import type { Digest } from '@nx-oci/model';

import type { TimedTag } from '../../overview/tags-by-time';
import { eachOf } from '../../storage/each-of';
import { describeCosignTag } from './artifact-types';
import type { Description } from './descriptions';
import type { PageState } from './page-state';
import { slicePage, type Slice } from './slice-page';

export const TAGS_PER_PAGE = 100;

/** Tags that were set one after the other on the same image. */
export interface TagGroup {
  readonly digest: Digest;
  /** The newest first. */
  readonly tags: readonly TimedTag[];
  readonly description: Description;
  /** The size compared with the image before, in bytes; `undefined` if there is none, or a size is unknown. */
  readonly growthBytes: number | undefined;
  /** A tag of the image before. */
  readonly before: string | undefined;
}

/** One page of the tags that contain the searched text, the newest first. `items` are the tags, `groups` the same by image. */
export interface TagPage extends Slice<TimedTag> {
  readonly repository: string;
  readonly searched: string;
  readonly groups: readonly TagGroup[];
  /** The number of all tags, without those of signatures. */
  readonly known: number;
}

/** @returns `undefined` if there is no such repository. */
export async function gatherTags(state: PageState, repository: string, searched: string, page: number): Promise<TagPage | undefined> {
  const all = (await state.overview.tags(repository))?.filter(({ tag }) => describeCosignTag(tag) === undefined);
  if (!all) return undefined;
  const wanted = searched.toLowerCase();
  const found = wanted === '' ? all : all.filter(({ tag, digest }) => tag.toLowerCase().includes(wanted) || digest.startsWith(wanted));
  const slice = slicePage(found, page, TAGS_PER_PAGE);
  const following = found.slice(slice.start + slice.items.length).find(({ digest }) => digest !== slice.items.at(-1)?.digest);
  return { ...slice, repository, searched, known: all.length, groups: await groupTags(state, slice.items, following) };
}

async function groupTags(state: PageState, tags: readonly TimedTag[], following: TimedTag | undefined): Promise<readonly TagGroup[]> {
  const byDigest = new Map<Digest, TimedTag[]>();
  for (const tag of tags) byDigest.set(tag.digest, [...(byDigest.get(tag.digest) ?? []), tag]);
  const groups = [...byDigest.entries(), ...(following ? [[following.digest, [following]] as const] : [])];
  const descriptions = await eachOf(groups, ([digest]) => state.descriptions.of(digest));
  return groups.slice(0, byDigest.size).map(([digest, own], at) => {
    const description = descriptions[at] ?? { kind: 'unknown', summary: '', sizeBytes: undefined, platforms: [] };
    const before = description.sizeBytes === undefined || description.kind === 'artifact' ? undefined : descriptions[at + 1];
    const growthBytes = before?.sizeBytes === undefined ? undefined : (description.sizeBytes ?? 0) - before.sizeBytes;
    return { digest, tags: own, description, growthBytes, before: groups[at + 1] && specificTag(groups[at + 1]?.[1] ?? []) };
  });
}

/** The tag that is least likely to move: `1.14.0` of `latest`, `1` and `1.14.0`. */
export function specificTag(tags: readonly TimedTag[]): string {
  return tags.reduce((longest, { tag }) => (tag !== 'latest' && tag.length > longest.length ? tag : longest), '') || (tags[0]?.tag ?? '');
}
