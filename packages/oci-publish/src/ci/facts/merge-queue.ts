import { type CiFacts } from './ci-facts';

// gh-readonly-queue/BASE/pr-NUMBER-SHA, where BASE may contain slashes.
const QUEUE = /^gh-readonly-queue\/(.+)\/pr-(\d{1,18})-[0-9a-f]+$/s;

/**
 * An entry of GitHub's merge queue is a pull request merged with those before it, whatever event or system builds it: its branch
 * disappears with the merge, so it must not name a tag. For a group, the ref names the last one.
 *
 * @see https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
export function readMergeQueue({ branch, ...facts }: CiFacts): CiFacts {
  const [, targetBranch, number] = QUEUE.exec(branch ?? '') ?? [];
  if (targetBranch === undefined || number === undefined) return branch === undefined ? facts : { ...facts, branch };
  // Only approved changes enter the queue: they are as trustworthy as a pull request of this repository.
  return {
    ...facts,
    event: 'pullRequest',
    pullRequest: { number, targetBranch, isFork: facts.pullRequest?.isFork ?? false, isQueued: true },
  };
}
