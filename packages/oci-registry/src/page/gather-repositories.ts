import { eachOf } from '../storage/each-of';
import type { RegistryStorage } from '../storage/storage';
import { gatherTags, TAGS_PER_PAGE, type TagPage } from './gather-tags';

const REPOSITORIES_PER_PAGE = 50;

/** What is counted no further: the folders of a page of repositories may hold any number of tags. */
export const MAX_COUNTED_TAGS = 1000;

export interface RepositoryOverview {
  readonly name: string;
  /** `MAX_COUNTED_TAGS` stands for that many or more. */
  readonly tagCount: number;
  /** The tags themselves, where those of all repositories fit on one page. */
  readonly tags: TagPage | undefined;
}

/** One page of the registry's repositories. */
export interface RepositoryPage {
  readonly repositories: readonly RepositoryOverview[];
  /** The repository that the page was asked to begin with; empty for the first page. */
  readonly from: string;
  /** The repository that the next page begins with; `undefined` on the last one. */
  readonly next: string | undefined;
}

/** Reads a page of repositories; with their tags where there are so few that all of it is no more than a page. */
export async function gatherRepositories(storage: RegistryStorage, from = ''): Promise<RepositoryPage> {
  const listed = await storage.records.listRepositories({ from, limit: REPOSITORIES_PER_PAGE + 1 });
  const names = listed.slice(0, REPOSITORIES_PER_PAGE);
  const next = listed[REPOSITORIES_PER_PAGE];
  const counts = await eachOf(names, (name) => storage.records.count(name, 'tags', MAX_COUNTED_TAGS));
  const isSmall = next === undefined && counts.reduce((sum, count) => sum + count, 0) <= TAGS_PER_PAGE;
  const tags = isSmall ? await eachOf(names, (name) => gatherTags(storage, name)) : [];
  return { repositories: names.map((name, at) => ({ name, tagCount: counts[at] ?? 0, tags: tags[at] })), from, next };
}
