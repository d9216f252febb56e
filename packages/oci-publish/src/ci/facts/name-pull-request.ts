import { type PullRequest } from './ci-facts';

/** The name of a pull request in messages: `pull request 12`, `pull request 12 in the merge queue of main`. */
export function namePullRequest({ number, isQueued, targetBranch }: Partial<PullRequest> = {}): string {
  const name = number === undefined ? 'a pull request' : `pull request ${number}`;
  return isQueued === true ? `${name} in the merge queue${targetBranch === undefined ? '' : ` of ${targetBranch}`}` : name;
}
