import { isOciError } from '@nx-oci/model';

import { type StampLabels } from '../../engines/docker/build-project';
import { readGitFacts, type GitFacts } from '../../git/read-git-facts';
import { findReleasePatterns } from '../../tags/find-release-patterns';
import { type ReleasePattern } from '../../tags/release-pattern';
import { findRelease } from '../../tags/resolve-version';
import { stampLabels } from './stamp-facts';

/**
 * The stamp for engines that push by themselves: nobody can give their images labels later. Git is asked once, and only
 * when such an image is built.
 *
 * Without a git repository there are no facts to give; building is allowed all the same, publishing is not.
 */
export function stampAtBuild(
  workspaceRoot: string,
  env: NodeJS.ProcessEnv,
  releasePatternsOf = (project: string): readonly ReleasePattern[] => findReleasePatterns({ name: project, root: '.' }, undefined),
): StampLabels {
  let facts: Promise<GitFacts | undefined> | undefined;
  return async (project) => {
    const git = await (facts ??= readGitFacts({ folder: workspaceRoot, env }).catch(undefinedWithoutGit));
    if (git === undefined) return {};
    const found = findRelease({ builtTags: git.builtTags, patterns: releasePatternsOf(project) });
    // Which release this is, where CI and the checkout disagree, the publish will refuse to say.
    return stampLabels(git, project, git.builtTags.contradiction === undefined ? found?.release : undefined);
  };
}

function undefinedWithoutGit(error: unknown): undefined {
  if (!isOciError(error, 'GIT_UNAVAILABLE')) throw error;
}
