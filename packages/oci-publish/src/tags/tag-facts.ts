import { type CiEvent, type PullRequest } from '../ci/ci-facts';
import { type ProjectVersion } from './resolve-version';

/** Everything that a tag may be made of. */
export interface TagFacts {
  readonly projectName: string;
  /** Full id. */
  readonly commit: string;
  /** ISO 8601. */
  readonly commitTime: string;
  readonly isDirty: boolean;
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  readonly isOnDefaultBranch: boolean;
  /** The git tag that is built, else those at HEAD. */
  readonly gitTags: readonly string[];
  readonly event: CiEvent;
  readonly pullRequest: PullRequest | undefined;
  readonly version: ProjectVersion;
  /** Hexadecimal digest of the image before its stamp; `undefined` where an engine stamped it at build. */
  readonly contentHash: string | undefined;
  /** Unix time of the run in ms. */
  readonly nowMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}
