import { OciError } from '@nx-oci/model';

import { type CiFacts } from '../ci/facts/ci-facts';
import { namePullRequest } from '../ci/facts/name-pull-request';
import { type GitTag } from './read-refs';
import { runGit } from './run-git';
import { shortCommit } from './short-commit';

/**
 * The git tags that say which release is published: the one that CI names, release tag or not; those at HEAD only
 * where CI names none, and never in a pull request or a merge queue, which release nothing. The only answer to that question: publish, dry run, plan, release and labels all read it.
 */
export interface BuiltTags {
  readonly names: readonly string[];
  /** The CI system that named the tag; absent if these are the tags at HEAD. */
  readonly namedBy?: string;
  /** Set where no tag counts, whichever are at HEAD: `pull request 12`, `pull request 12 in the merge queue of main`. */
  readonly pullRequest?: string;
  /** Set where what is checked out is not what CI's tag stands for: then there is no saying what is released. */
  readonly contradiction?: string;
}

/** The commit that is checked out, and all tags of the repository as far as they were fetched. */
export interface CheckedOut {
  readonly folder: string;
  readonly commit: string;
  readonly tags: readonly GitTag[];
}

/** Reads which git tags are built. Asks git only if CI names a tag that this clone does not have. */
export async function readBuiltTags(
  { folder, commit, tags }: CheckedOut,
  { tag, commit: built, system = 'CI', event, pullRequest }: CiFacts,
): Promise<BuiltTags> {
  const atHead = tags.filter((one) => one.commit === commit).map(({ name }) => name);
  // Some systems build the branch of a pull request as it is: its commit is not a release either, unless they name its tag.
  const isOfPullRequest = event === 'pullRequest' || pullRequest !== undefined;
  if (tag === undefined) return isOfPullRequest ? { names: [], pullRequest: namePullRequest(pullRequest) } : { names: atHead };
  const elsewhere = tags.find(({ name }) => name === tag)?.commit ?? (await commitOf(folder, built));
  if (elsewhere === undefined || elsewhere === commit) return { names: [tag], namedBy: system };
  const contradiction = `${system} builds the git tag ${tag}, but another commit is checked out (${shortCommit(commit)})`;
  return { names: atHead, namedBy: system, contradiction };
}

/**
 * Whether the commit that CI names is the one that is checked out; true if CI names none. A job may check out something
 * else than what started it, such as the pull request that a comment is about.
 */
export async function isCommitOfCi({ folder, commit }: Omit<CheckedOut, 'tags'>, { commit: built }: CiFacts): Promise<boolean> {
  const named = built === commit ? commit : await commitOf(folder, built);
  return named === undefined || named === commit;
}

/** The commit that CI builds; what this clone does not have is certainly not checked out. */
async function commitOf(folder: string, built: string | undefined): Promise<string | undefined> {
  if (built === undefined || !/^[0-9a-f]{40,64}$/.test(built)) return undefined;
  // An annotated tag, or one of such a tag, is peeled down to its commit.
  const peeled = await runGit(folder, ['rev-parse', '--verify', '--quiet', `${built}^{commit}`]);
  return peeled.ok ? peeled.stdout : built;
}

/** @throws OciError `OPTIONS_INVALID` where nothing but the contradicted tag could say which release this is. */
export function refuseContradiction({ contradiction }: BuiltTags, project: string): void {
  if (contradiction === undefined) return;
  throw new OciError('OPTIONS_INVALID', `Cannot publish ${project}: ${contradiction}.`, {
    hint: 'Check out the tag in this job, or pass the version: --release=1.2.3.',
  });
}
