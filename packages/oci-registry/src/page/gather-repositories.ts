import { eachOf } from '../storage/each-of';
import type { RegistryStorage } from '../storage/storage';
import { gatherTags, TAGS_PER_PAGE, type TagPage } from './gather-tags';

const REPOSITORIES_PER_PAGE = 50;

/** Limit for counting tags: repositories may have any number of them. */
export const MAX_COUNTED_TAGS = 1000;

export interface RepositoryOverview {
  readonly name: string;
  /** `MAX_COUNTED_TAGS` stands for that many or more. */
  readonly tagCount: number;
  /** The tags themselves, if those of all repositories fit on one page. */
  readonly tags: TagPage | undefined;
}

/** One page of the registry's repositories. */
export interface RepositoryPage {
  readonly repositories: readonly RepositoryOverview[];
  /** The requested first repository; empty for the first page. */
  readonly from: string;
  /** The first repository of the next page; `undefined` on the last one. */
  readonly next: string | undefined;
}

/** Reads a page of repositories, with their tags if everything fits on one page. */
export async function gatherRepositories(storage: RegistryStorage, from = ''): Promise<RepositoryPage> {
  const listed = await storage.records.listRepositories({ from, limit: REPOSITORIES_PER_PAGE + 1 });
  const names = listed.slice(0, REPOSITORIES_PER_PAGE);
  const next = listed[REPOSITORIES_PER_PAGE];
  const counts = await eachOf(names, (name) => storage.records.count(name, 'tags', MAX_COUNTED_TAGS));
  const isSmall = next === undefined && counts.reduce((sum, count) => sum + count, 0) <= TAGS_PER_PAGE;
  const tags = isSmall ? await eachOf(names, (name) => gatherTags(storage, name)) : [];
  return { repositories: names.map((name, at) => ({ name, tagCount: counts[at] ?? 0, tags: tags[at] })), from, next };
}
