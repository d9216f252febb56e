/** What started a build. `local`: a user's machine; `other`: anything else. */
export const EVENTS = ['push', 'tag', 'pullRequest', 'schedule', 'manual', 'other', 'local'] as const;
export type CiEvent = (typeof EVENTS)[number];

/** A pull request, or its equivalent: merge request, change. */
export interface PullRequest {
  /** Digits; absent if a CI system reports a pull request from a fork without it. */
  readonly number?: string;
  /** The target branch of the pull request. */
  readonly targetBranch?: string;
  /** Whether its commits come from another repository: its code has not been reviewed, and its author may not publish. */
  readonly isFork: boolean;
  /** Whether it is in a merge queue: merged with its target and earlier ones, and not pushed to it yet. */
  readonly isQueued?: true;
  /** The repository that it comes from, for the user. */
  readonly source?: string;
}

/** What a CI system says about a build in its environment; each fact is absent if it says nothing. */
export interface CiFacts {
  /** Name for the user: `GitHub Actions`. */
  readonly system?: string;
  readonly event: CiEvent;
  /** The branch that is built; for a pull request, the one it comes from. */
  readonly branch?: string;
  /** The git tag that is built; never set for a pull request. */
  readonly tag?: string;
  /** The branch that the git tag was pushed with, if the system knows one. */
  readonly baseBranch?: string;
  /** The commit that is built, as the system names it: for an annotated tag, some name the tag's own object. */
  readonly commit?: string;
  readonly defaultBranch?: string;
  /** Address of the repository for the user, without credentials. */
  readonly sourceUrl?: string;
  readonly pullRequest?: PullRequest;
}

/** Reads the facts of one CI system; `undefined` if another one runs. Pure. */
export type CiReader = (env: Environment, event: unknown) => CiFacts | undefined;

export type Environment = Readonly<Record<string, string | undefined>>;
