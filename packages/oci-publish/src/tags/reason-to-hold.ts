import { describeChanges } from '../git/changed-files';
import { namePullRequest } from '../ci/facts/name-pull-request';
import { type GitFacts } from '../git/read-git-facts';
import { type RequestedTag } from './compute-tags';

export interface HoldFacts {
  readonly git: Pick<GitFacts, 'branch' | 'defaultBranch' | 'isOnDefaultBranch' | 'isDirty' | 'changedFiles' | 'ci'>;
  readonly isRelease: boolean;
  /** `--force`: the user takes responsibility. */
  readonly isForced: boolean;
  /** `guard` of the registry. */
  readonly isGuarded: boolean;
}

/**
 * Why a tag must not be set from here; `undefined` if it may. Pure.
 *
 * Users expect `latest` to be reviewed and merged: it moves from the default branch or for a release, and never from a working
 * tree with uncommitted changes. The tag of a branch or pull request moves from there, and the `-dirty` tag of such a tree
 * always. A tag that never moves is never set from such a tree, since that could not be undone; only a tag of the content itself
 * would be correct.
 */
export function reasonToHold(wanted: RequestedTag, { git, isRelease, isForced, isGuarded }: HoldFacts): string | undefined {
  if (git.isDirty && !wanted.isFloating && wanted.isContentAddressed !== true) return describeChanges(git.changedFiles);
  if (!wanted.isFloating || wanted.guard === 'none' || isForced || !isGuarded) return undefined;
  if (git.isDirty) return describeChanges(git.changedFiles);
  if (git.isOnDefaultBranch || isRelease || wanted.guard === 'cleanTree') return undefined;
  if (git.branch === undefined) return describeNoBranch(git);
  // Its merge is built, not that branch.
  if (git.branch === git.defaultBranch) return `a pull request from ${git.branch}, not a push to it`;
  return `branch ${git.branch}, not ${git.defaultBranch}`;
}

function describeNoBranch({ ci, defaultBranch }: HoldFacts['git']): string {
  if (ci.event === 'pullRequest') return `${namePullRequest(ci.pullRequest)}, not a push to ${defaultBranch}`;
  if (ci.branch !== undefined) return `the checked-out commit is not the one that ${ci.system ?? 'CI'} builds for ${ci.branch}`;
  return `detached HEAD, not on ${defaultBranch}`;
}
