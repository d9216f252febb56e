import { memoize } from '../run/memoize';
import { runGit } from './run-git';

/** Files that differ from a commit, relative to the workspace root. */
export type Changes = { readonly kind: 'known'; readonly files: readonly string[] } | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Whose changes count if history has forked: only `ours`, as for a branch that is behind another one; or those of `both`, if ours
 * is to replace the other.
 */
export type Sides = 'ours' | 'both';

/** Finds what differs from a commit. */
export type ChangesSince = (revision: string, sides: Sides) => Promise<Changes>;

/**
 * The changes from a commit to the working tree, including untracked files. For a later commit, only the working tree counts.
 * Facts that do not depend on the commit are read once.
 *
 * @param folder the workspace root; files outside of it are left out.
 * @param head the full id of this commit.
 */
export function changesReader(folder: string, head: string): ChangesSince {
  const askUntracked = memoize(() => runGit(folder, ['ls-files', '--others', '--exclude-standard', '-z']));
  return async (revision, sides) => {
    // The value of an image label, which is not trusted.
    if (!/^[0-9a-f]{7,64}$/.test(revision)) return { kind: 'unknown', reason: 'the published image does not name a git commit' };
    const common = await runGit(folder, ['merge-base', revision, 'HEAD']);
    const short = revision.slice(0, 7);
    if (!common.ok) {
      const reason = common.stderr === '' ? `${short} has no history in common with this commit` : `${short} is not in this clone`;
      return { kind: 'unknown', reason };
    }
    const start = sides === 'both' && common.stdout !== head ? revision : common.stdout;
    const changed = await runGit(folder, [
      'diff',
      '--name-only',
      '--no-renames',
      '--relative',
      '--ignore-submodules=none',
      '-z',
      start,
      '--',
    ]);
    const untracked = await askUntracked();
    if (!changed.ok || !untracked.ok) return { kind: 'unknown', reason: `git cannot list what changed since ${short}` };
    return { kind: 'known', files: [changed, untracked].flatMap(({ stdout }) => stdout.split('\0').filter((file) => file !== '')) };
  };
}

/** Full ids of HEAD and its ancestors, newest first. */
export async function recentCommits(folder: string, count: number): Promise<readonly string[]> {
  const { ok, stdout } = await runGit(folder, ['rev-list', `--max-count=${count}`, 'HEAD']);
  return ok ? stdout.split('\n') : [];
}
