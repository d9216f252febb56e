import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { readCiFacts } from '../ci/read-ci-facts';
import { readEventFile } from '../ci/read-event-file';
import { countFiles } from './changed-files';
import { type GitFacts } from './read-git-facts';

/** Whether a folder is in a git repository, or a submodule or worktree of one. Does not run git. */
export function hasRepository(folder: string): boolean {
  const here = resolve(folder);
  return existsSync(join(here, '.git')) || (dirname(here) !== here && hasRepository(dirname(here)));
}

/**
 * The facts of a folder without a repository: only those of CI. Tags that only move from the default branch may move from here,
 * unless CI names another branch or a pull request.
 */
export async function factsWithoutRepository(env: NodeJS.ProcessEnv): Promise<GitFacts> {
  const ci = readCiFacts(env, await readEventFile(env));
  const { branch, defaultBranch = 'main', event, sourceUrl } = ci;
  return {
    commit: undefined,
    commitTime: undefined,
    branch,
    defaultBranch,
    isOnDefaultBranch: event !== 'pullRequest' && (branch === undefined || branch === defaultBranch),
    isDirty: false,
    changedFiles: countFiles([]),
    changedPaths: [],
    askWhetherShallow: () => Promise.resolve(false),
    builtTags: { names: [] },
    findNearestTags: () => Promise.resolve([]),
    ci,
    sourceUrl,
  };
}
