import { describeChanges } from '../git/changed-files';
import { namePullRequest } from '../ci/facts/name-pull-request';
import { type GitFacts } from '../git/read-git-facts';
import { type RequestedTag } from './compute-tags';

export interface HoldFacts {
  readonly git: Pick<GitFacts, 'branch' | 'defaultBranch' | 'isOnDefaultBranch' | 'isDirty' | 'changedFiles' | 'ci'>;
  readonly isRelease: boolean;
  /** `--force`: the user takes the responsibility. */
  readonly isForced: boolean;
  /** `guard` of the registry. */
  readonly isGuarded: boolean;
}

/**
 * Why a tag must not be set from here, if it must not. Pure.
 *
 * Others read `latest` as "what was reviewed and merged": it moves from the default branch or for a release, and
 * never from a working tree that no commit describes. A branch's or pull request's own name moves from there, and the
 * `-dirty` name of such a tree always. A name that never moves is never given to such a tree: it could not be taken
 * back. Only what names the content itself stays true.
 */
export function reasonToHold(wanted: RequestedTag, { git, isRelease, isForced, isGuarded }: HoldFacts): string | undefined {
  if (git.isDirty && !wanted.isFloating && wanted.isContentAddressed !== true) return describeChanges(git.changedFiles);
  if (!wanted.isFloating || wanted.guard === 'none' || isForced || !isGuarded) return undefined;
  if (git.isDirty) return describeChanges(git.changedFiles);
  if (git.isOnDefaultBranch || isRelease || wanted.guard === 'cleanTree') return undefined;
  if (git.branch === undefined) return describeNoBranch(git);
  // Its merge is built, which is not that branch.
  if (git.branch === git.defaultBranch) return `a pull request from ${git.branch}, not a push to it`;
  return `branch ${git.branch}, not ${git.defaultBranch}`;
}

function describeNoBranch({ ci, defaultBranch }: HoldFacts['git']): string {
  if (ci.event === 'pullRequest') return `${namePullRequest(ci.pullRequest)}, not a push to ${defaultBranch}`;
  if (ci.branch !== undefined) return `the checked-out commit is not the one that ${ci.system ?? 'CI'} builds for ${ci.branch}`;
  return `detached HEAD, not on ${defaultBranch}`;
}
