import { isOciError } from '@nx-oci/model';

import { type StampLabels } from '../engines/docker/build-project';
import { readGitFacts, type GitFacts } from '../git/read-git-facts';
import { resolveVersion } from '../tags/resolve-version';
import { stampLabels } from './stamp-facts';

/**
 * The stamp for engines that push by themselves: nobody can give their images labels later. Git is asked once, and only
 * when such an image is built.
 *
 * Without a git repository there are no facts to give; building is allowed all the same, publishing is not.
 */
export function stampAtBuild(workspaceRoot: string, env: NodeJS.ProcessEnv): StampLabels {
  let facts: Promise<GitFacts | undefined> | undefined;
  return async (project) => {
    const git = await (facts ??= readGitFacts({ folder: workspaceRoot, env }).catch(undefinedWithoutGit));
    if (git === undefined) return {};
    const { release } = resolveVersion({ projectName: project, tagsAtHead: git.tagsAtHead, nearestTags: [], isShallow: git.isShallow });
    return stampLabels(git, project, release);
  };
}

function undefinedWithoutGit(error: unknown): undefined {
  if (!isOciError(error, 'GIT_UNAVAILABLE')) throw error;
}
