import { type CiFacts } from './ci-facts';

// gh-readonly-queue/BASE/pr-NUMBER-SHA, where BASE may hold slashes itself.
const QUEUE = /^gh-readonly-queue\/(.+)\/pr-(\d{1,18})-[0-9a-f]+$/s;

/**
 * What stands in GitHub's merge queue is a pull request merged with those before it, whatever event or system builds it: the
 * branch that holds it is gone with the merge, and names nothing. Of a group it is the last one that the ref names.
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
