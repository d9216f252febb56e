import { type GitTag } from './read-refs';
import { runGit } from './run-git';

/** Which tags count: git globs, and the same as a question about one name. */
export interface TagSearch {
  readonly glob: string;
  readonly excludedGlob: string;
  readonly isWanted: (name: string) => boolean;
}

/** Finds the tags on the closest commit at or before HEAD that has a wanted one; empty where there is none. */
export type FindNearestTags = (search: TagSearch) => Promise<readonly string[]>;

/**
 * Each kind of tag is looked for once; git walks the history only where a wanted tag exists at all. In a shallow clone,
 * only what was fetched is seen.
 */
export function nearestTagsFinder(folder: string, tags: readonly GitTag[]): FindNearestTags {
  const found = new Map<string, Promise<readonly string[]>>();
  return ({ glob, excludedGlob, isWanted }) => {
    const key = `${glob}\n${excludedGlob}`;
    const answer = found.get(key) ?? findNearest(folder, tags, { glob, excludedGlob, isWanted });
    found.set(key, answer);
    return answer;
  };
}

async function findNearest(
  folder: string,
  tags: readonly GitTag[],
  { glob, excludedGlob, isWanted }: TagSearch,
): Promise<readonly string[]> {
  if (!tags.some(({ name }) => isWanted(name))) return [];
  const nearest = await runGit(folder, ['describe', '--tags', '--abbrev=0', `--match=${glob}`, `--exclude=${excludedGlob}`, 'HEAD']);
  if (!nearest.ok) return [];
  const commit = tags.find(({ name }) => name === nearest.stdout)?.commit;
  return tags.filter((tag) => tag.commit === commit && isWanted(tag.name)).map(({ name }) => name);
}
