import { runGit } from './run-git';

/**
 * The tags on the closest commit at or before HEAD that has any tag matching `pattern` (a git glob), and none
 * of `exclude`; empty where there is none. In a shallow clone, only what was fetched is seen.
 */
export async function nearestTags(folder: string, pattern: string, exclude: string): Promise<readonly string[]> {
  const nearest = await runGit(folder, ['describe', '--tags', '--abbrev=0', `--match=${pattern}`, `--exclude=${exclude}`, 'HEAD']);
  if (!nearest.ok) return [];
  const same = await runGit(folder, ['tag', '--points-at', `${nearest.stdout}^{commit}`, '--list', pattern]);
  return same.stdout.split('\n').filter((tag) => tag !== '');
}
