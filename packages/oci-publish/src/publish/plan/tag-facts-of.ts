import { hexOf, type Digest } from '@nx-oci/model';

import { type GitFacts } from '../../git/read-git-facts';
import { type TagFacts } from '../../tags/facts/tag-facts';
import { type ProjectVersion } from '../../tags/versions/resolve-version';

export interface TagSources {
  readonly project: string;
  readonly git: GitFacts;
  readonly version: ProjectVersion;
  /** Of the image before its stamp. */
  readonly content: Digest | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly nowMs: number;
}

/** Collects the facts that tags are computed from. Pure. */
export function tagFactsOf({ project, git, version, content, env, nowMs }: TagSources): TagFacts {
  const { ci } = git;
  return {
    projectName: project,
    commit: git.commit,
    commitTime: git.commitTime,
    isDirty: git.isDirty,
    branch: git.branch,
    defaultBranch: git.defaultBranch,
    isOnDefaultBranch: git.isOnDefaultBranch,
    gitTags: git.builtTags.names,
    event: ci.event,
    pullRequest: ci.pullRequest,
    baseBranch: ci.baseBranch,
    version,
    contentHash: content === undefined ? undefined : hexOf(content),
    nowMs,
    env,
  };
}
