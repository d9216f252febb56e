import { type GitTag } from './read-refs';
import { runGit } from './run-git';

/** Which tags count: as git globs, and as a predicate. */
export interface TagSearch {
  readonly glob: string;
  /** Further ones. */
  readonly moreGlobs?: readonly string[];
  readonly excludedGlob?: string;
  /** At least one tag must match this; default `isWanted`. */
  readonly isNeeded?: (name: string) => boolean;
  readonly isWanted: (name: string) => boolean;
}

/** Finds the tags on the closest commit at or before HEAD that has a matching one; empty if there is none. */
export type FindNearestTags = (search: TagSearch) => Promise<readonly string[]>;

/**
 * Each kind of tag is searched once; git walks the history only if a matching tag exists at all. In a shallow clone, only the
 * fetched part is searched.
 */
export function nearestTagsFinder(folder: string, tags: readonly GitTag[]): FindNearestTags {
  const found = new Map<string, Promise<readonly string[]>>();
  return (search) => {
    const key = [search.glob, ...(search.moreGlobs ?? []), `!${search.excludedGlob ?? ''}`].join('\n');
    const answer = found.get(key) ?? findNearest(folder, tags, search);
    found.set(key, answer);
    return answer;
  };
}

async function findNearest(
  folder: string,
  tags: readonly GitTag[],
  { glob, moreGlobs = [], excludedGlob, isWanted, isNeeded = isWanted }: TagSearch,
): Promise<readonly string[]> {
  if (!tags.some(({ name }) => isNeeded(name))) return [];
  const matches = [glob, ...moreGlobs].map((one) => `--match=${one}`);
  const excluded = excludedGlob === undefined ? [] : [`--exclude=${excludedGlob}`];
  const nearest = await runGit(folder, ['describe', '--tags', '--abbrev=0', ...matches, ...excluded, 'HEAD']);
  if (!nearest.ok) return [];
  const commit = tags.find(({ name }) => name === nearest.stdout)?.commit;
  return tags.filter((tag) => tag.commit === commit && isWanted(tag.name)).map(({ name }) => name);
}
