import { type CiEvent, type PullRequest } from '../../ci/facts/ci-facts';
import { namePullRequest } from '../../ci/facts/name-pull-request';
import { type ProjectVersion } from '../versions/resolve-version';

/** Everything that a tag may contain. */
export interface TagFacts {
  readonly projectName: string;
  /** Full id; `undefined` without a repository. */
  readonly commit: string | undefined;
  /** ISO 8601; `undefined` without a repository. */
  readonly commitTime: string | undefined;
  readonly isDirty: boolean;
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  readonly isOnDefaultBranch: boolean;
  /** The git tag that CI builds, else those at HEAD; none in a pull request. */
  readonly gitTags: readonly string[];
  readonly event: CiEvent;
  readonly pullRequest: PullRequest | undefined;
  /** The branch that the git tag was pushed with, if CI knows one. */
  readonly baseBranch?: string | undefined;
  readonly version: ProjectVersion;
  /**
   * Hexadecimal digest of the image before it gets its labels of the commit; `undefined` if an engine added those during the
   * build.
   */
  readonly contentHash: string | undefined;
  /** Unix time of the run in ms. */
  readonly nowMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Why there is no git tag for a tag. */
export function explainNoGitTag(event: CiEvent): string {
  return event === 'pullRequest' ? 'this is a pull request, which builds no git tag' : 'no git tag is at HEAD';
}

/** Why there is no branch for a tag. */
export function explainNoBranch({ event, pullRequest }: Pick<TagFacts, 'event' | 'pullRequest'>): string {
  if (event !== 'pullRequest') return 'HEAD is detached, and no CI system says which branch this commit is of';
  return `this is ${namePullRequest(pullRequest)}, whose branch is not known`;
}
