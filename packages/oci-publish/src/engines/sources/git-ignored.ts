import { OciError } from '@nx-oci/model';

import { runGit, type GitAnswer } from '../../git/run-git';
import { isWithin } from './is-within';

// Added to each folder: git fails if all requested paths are in one ignored folder (2.39, "directory entry not superset of
// prefix").
const NO_SUCH_FILE = '.nx-oci/no-such-file';

/**
 * What git ignores in folders that it tracks: folder → paths, with ignored folders as one path. Leaves out folders that are
 * themselves ignored or untracked, and all of them if there is no repository.
 *
 * @param root absolute, links resolved.
 * @param folders relative to `root`, like the returned paths.
 */
export async function askGitForIgnored(root: string, folders: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const others = ['--others', '--ignored', '--exclude-standard', '--directory'];
  const ignored = await list(root, others, folders);
  if (ignored === undefined) return new Map();
  const paths = ignored.map((path) => path.replace(/\/$/, ''));
  const open = folders.filter((folder) => !paths.some((path) => isWithin(folder, path)));
  // One name is enough; but git can only list a folder completely.
  const tracked = open.length === 0 ? [] : ((await list(root, ['--cached'], open)) ?? []);
  return new Map(
    open
      .filter((folder) => tracked.some((path) => isWithin(path, folder)))
      .map((folder) => [folder, new Set(paths.filter((path) => isWithin(path, folder)))]),
  );
}

async function list(root: string, which: readonly string[], folders: readonly string[]): Promise<readonly string[] | undefined> {
  const answer = await runGit(root, ['--literal-pathspecs', 'ls-files', '-z', ...which, '--', ...folders, NO_SUCH_FILE]).catch(noGit);
  if (answer === undefined || /not a git repository|not superset of prefix/.test(answer.stderr)) return undefined;
  if (answer.ok) return answer.stdout.split('\0').filter((path) => path !== '');
  throw new OciError('GIT_UNAVAILABLE', `Cannot find out what git ignores in ${folders.join(', ')}: ${answer.stderr.trim()}`, {
    hint: 'Fix what git reports, or set "ignored": "include" in each entry of `layers`.',
  });
}

/** Without git, nothing is ignored: for builds in a container that has only the files. */
function noGit(error: unknown): GitAnswer | undefined {
  if (error instanceof OciError && error.code === 'GIT_UNAVAILABLE') return undefined;
  throw error;
}
