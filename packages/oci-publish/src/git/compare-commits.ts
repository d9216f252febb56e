import { runGit } from './run-git';

/** How two commits are related; `unknown` if one of them is not in this clone. */
export type CommitOrder = 'same' | 'ancestor' | 'descendant' | 'diverged' | 'unknown';

/** How `commit` is related to `other`: `descendant` means that `commit` came later. */
export async function compareCommits(folder: string, commit: string, other: string): Promise<CommitOrder> {
  if (commit === other) return 'same';
  if (!/^[0-9a-f]{7,64}$/.test(other)) return 'unknown';
  const isBefore = async (first: string, second: string) => {
    const answer = await runGit(folder, ['merge-base', '--is-ancestor', first, second]);
    return { yes: answer.ok, known: answer.ok || answer.stderr === '' };
  };
  const [otherFirst, commitFirst] = await Promise.all([isBefore(other, commit), isBefore(commit, other)]);
  if (otherFirst.yes) return 'descendant';
  if (commitFirst.yes) return 'ancestor';
  return otherFirst.known && commitFirst.known ? 'diverged' : 'unknown';
}
