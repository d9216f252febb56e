import { posix } from 'node:path';

import { OciError } from '@nx-oci/model';

import { memoize } from '../run/memoize';
import { type CiFacts } from '../ci/facts/ci-facts';
import { readCiFacts } from '../ci/read-ci-facts';
import { readEventFile } from '../ci/read-event-file';
import { isCommitOfCi, readBuiltTags, type BuiltTags } from './built-tags';
import { countFiles, type ChangedFiles } from './changed-files';
import { nearestTagsFinder, type FindNearestTags } from './find-nearest-tags';
import { findHiddenChanges } from './hidden-changes';
import { parseStatus } from './parse-status';
import { readRefs } from './read-refs';
import { toSourceUrl } from '../ci/facts/remote-url';
import { runGit } from './run-git';

/** What a publish needs to know about the checked-out commit and its CI build. Read once per process. */
export interface GitFacts {
  /** 40 (or 64) hexadecimal characters; `undefined` without a repository. */
  readonly commit: string | undefined;
  /** When it was committed, ISO 8601 in UTC; `undefined` without a repository. */
  readonly commitTime: string | undefined;
  /** `undefined` if HEAD is detached and no CI system names the branch of this commit. */
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  /** HEAD is the default branch, or the commit at its tip. */
  readonly isOnDefaultBranch: boolean;
  /** Tracked files differ from the commit, or there are untracked, not ignored files. */
  readonly isDirty: boolean;
  /** Which files those are. */
  readonly changedFiles: ChangedFiles;
  /** All of them, relative to the workspace root; those outside of it begin with `..`. */
  readonly changedPaths: readonly string[];
  /** Whether history is cut off, so that release tags and ancestors may be missing. Read on demand, since it rarely matters. */
  readonly askWhetherShallow: () => Promise<boolean>;
  /** The git tags that determine what is released. */
  readonly builtTags: BuiltTags;
  /** Runs git only if such a tag exists. */
  readonly findNearestTags: FindNearestTags;
  /** What the current CI system says about this build. */
  readonly ci: CiFacts;
  /** Address of the repository for the user, without credentials. */
  readonly sourceUrl: string | undefined;
}

/** The same if there is a commit. */
export interface CommitFacts extends GitFacts {
  readonly commit: string;
  readonly commitTime: string;
}

/** The same commit for one image, which only some of the changed files affect. */
export function withChanges(git: GitFacts, changedPaths: readonly string[]): GitFacts {
  return { ...git, isDirty: changedPaths.length > 0, changedFiles: countFiles(changedPaths), changedPaths };
}

export interface ReadGitFactsOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** From the option or `nx.json`; by default from CI, the remote, then `main`. */
  readonly defaultBranch?: string;
}

/**
 * @throws OciError `GIT_UNAVAILABLE` without git, without a repository, without a commit, or if git cannot compare the files with
 *   it.
 */
export async function readGitFacts({ folder, env, defaultBranch }: ReadGitFactsOptions): Promise<CommitFacts> {
  const git = (...args: string[]) => runGit(folder, args);
  // As few processes as possible: starting one blocks this thread.
  const [head, status, hidden, prefix, refs, remote, event] = await Promise.all([
    // Plumbing: its output does not depend on the user's settings.
    git('rev-list', '--max-count=1', '--timestamp', 'HEAD', '--'),
    git('status', '--porcelain=v2', '--branch', '--no-ahead-behind', '-z', '--untracked-files=all', '--ignore-submodules=none'),
    findHiddenChanges(folder),
    git('rev-parse', '--show-prefix'),
    readRefs(folder),
    git('remote', 'get-url', 'origin'),
    readEventFile(env),
  ]);
  if (!head.ok) throw await explainNoCommit(folder);
  if (!status.ok) throw unknownChanges(status.stderr.trim() || 'git status timed out');
  if (hidden.kind === 'unknown') throw unknownChanges(hidden.reason);
  const [seconds = '0', commit = ''] = head.stdout.split(' ');
  const { branch, changedPaths: changed } = parseStatus(status.stdout);
  const changedPaths = [...changed.map((path) => posix.relative(prefix.stdout, path)), ...hidden.files];
  const ci = readCiFacts(env, event);
  const mainBranch = defaultBranch ?? ci.defaultBranch ?? refs.remoteDefault ?? 'main';
  const isPullRequest = ci.event === 'pullRequest';
  // For a pull request the merge with its target is checked out, whatever git's branch name is.
  const isNamedByCi = isPullRequest || (branch === undefined && (await isCommitOfCi({ folder, commit }, ci)));
  const branchName = isNamedByCi ? ci.branch : branch;
  const isOnBranch = branchName === undefined ? await isTipOf(folder, mainBranch, commit) : branchName === mainBranch;
  return {
    commit,
    commitTime: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z'),
    branch: branchName,
    defaultBranch: mainBranch,
    isOnDefaultBranch: isOnBranch && !isPullRequest,
    isDirty: changedPaths.length > 0,
    changedFiles: countFiles(changedPaths),
    changedPaths,
    askWhetherShallow: memoize(() => isShallow(folder)),
    builtTags: await readBuiltTags({ folder, commit, tags: refs.tags }, ci),
    findNearestTags: nearestTagsFinder(folder, refs.tags),
    ci,
    sourceUrl: ci.sourceUrl ?? (remote.ok ? toSourceUrl(remote.stdout) : undefined),
  };
}

/** A tree that could not be compared must not count as clean: immutable tags would be set from it. */
function unknownChanges(said: string): OciError {
  return new OciError('GIT_UNAVAILABLE', `Cannot find out which files differ from the commit: ${said}`, {
    hint: 'Run `git status` in the workspace, and fix what it reports.',
  });
}

/** Runs only if no commit can be read, so that the usual case costs no extra process. */
async function explainNoCommit(folder: string): Promise<OciError> {
  const inside = await runGit(folder, ['rev-parse', '--is-inside-work-tree']);
  const doing = 'Cannot read the commit to publish';
  if (inside.ok) {
    return new OciError('GIT_UNAVAILABLE', `${doing}: this git repository has no commits yet.`, {
      hint: 'Images are named after commits. Run `git add .` and `git commit` first.',
    });
  }
  if (inside.stderr.includes('dubious ownership')) {
    return new OciError('GIT_UNAVAILABLE', `${doing}: git does not trust the folder ${folder}, because another user owns it.`, {
      hint: `Run \`git config --global --add safe.directory ${folder}\`.`,
    });
  }
  return new OciError('GIT_UNAVAILABLE', `${doing}: ${folder} is not in a git repository.`, {
    hint: 'Images are named after commits. Run `git init`, add your files and commit them.',
  });
}

async function isShallow(folder: string): Promise<boolean> {
  return (await runGit(folder, ['rev-parse', '--is-shallow-repository'])).stdout === 'true';
}

async function isTipOf(folder: string, branch: string, commit: string): Promise<boolean> {
  const refs = [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`];
  const tips = await Promise.all(refs.map((ref) => runGit(folder, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])));
  return tips.some((tip) => tip.ok && tip.stdout === commit);
}
