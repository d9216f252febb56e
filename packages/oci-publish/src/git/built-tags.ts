import { OciError } from '@nx-oci/model';

import { type CiFacts } from '../ci/facts/ci-facts';
import { namePullRequest } from '../ci/facts/name-pull-request';
import { type GitTag } from './read-refs';
import { runGit } from './run-git';
import { shortCommit } from './short-commit';

/**
 * The git tags that determine which release is published: the one that CI names, release tag or not; those at HEAD only if CI
 * names none, and never in a pull request or a merge queue, which release nothing. Publish, dry run, plan, release and labels all
 * use this.
 */
export interface BuiltTags {
  readonly names: readonly string[];
  /** The CI system that named the tag; absent if these are the tags at HEAD. */
  readonly namedBy?: string;
  /** Set if no tag counts, whatever is at HEAD: `pull request 12`, `pull request 12 in the merge queue of main`. */
  readonly pullRequest?: string;
  /** Set if the checked-out commit is not the one of CI's tag: then it is unknown what is released. */
  readonly contradiction?: string;
}

/** The commit that is checked out, and all fetched tags of the repository. */
export interface CheckedOut {
  readonly folder: string;
  readonly commit: string;
  readonly tags: readonly GitTag[];
}

/** Reads which git tags are built. Runs git only if CI names a tag that this clone does not have. */
export async function readBuiltTags(
  { folder, commit, tags }: CheckedOut,
  { tag, commit: built, system = 'CI', event, pullRequest }: CiFacts,
): Promise<BuiltTags> {
  const atHead = tags.filter((one) => one.commit === commit).map(({ name }) => name);
  // Some systems build the branch of a pull request unmerged: its commit is not a release either, unless they name its tag.
  const isOfPullRequest = event === 'pullRequest' || pullRequest !== undefined;
  if (tag === undefined) return isOfPullRequest ? { names: [], pullRequest: namePullRequest(pullRequest) } : { names: atHead };
  const elsewhere = tags.find(({ name }) => name === tag)?.commit ?? (await commitOf(folder, built));
  if (elsewhere === undefined || elsewhere === commit) return { names: [tag], namedBy: system };
  const contradiction = `${system} builds the git tag ${tag}, but another commit is checked out (${shortCommit(commit)})`;
  return { names: atHead, namedBy: system, contradiction };
}

/**
 * Whether the commit that CI names is checked out; true if CI names none. A job may check out something else than what started
 * it, such as the pull request of a comment.
 */
export async function isCommitOfCi({ folder, commit }: Omit<CheckedOut, 'tags'>, { commit: built }: CiFacts): Promise<boolean> {
  const named = built === commit ? commit : await commitOf(folder, built);
  return named === undefined || named === commit;
}

/** The commit that CI builds; a commit that this clone lacks is certainly not checked out. */
async function commitOf(folder: string, built: string | undefined): Promise<string | undefined> {
  if (built === undefined || !/^[0-9a-f]{40,64}$/.test(built)) return undefined;
  // Peels an annotated tag, even a nested one, to its commit.
  const peeled = await runGit(folder, ['rev-parse', '--verify', '--quiet', `${built}^{commit}`]);
  return peeled.ok ? peeled.stdout : built;
}

/** @throws OciError `OPTIONS_INVALID` if only the contradicted tag could identify the release. */
export function refuseContradiction({ contradiction }: BuiltTags, project: string): void {
  if (contradiction === undefined) return;
  throw new OciError('OPTIONS_INVALID', `Cannot publish ${project}: ${contradiction}.`, {
    hint: 'Check out the tag in this job, or pass the version: --release=1.2.3.',
  });
}
