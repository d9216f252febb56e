import { runGit } from './run-git';

/** A git tag and the commit that it stands on. */
export interface GitTag {
  readonly name: string;
  readonly commit: string;
}

export interface GitRefs {
  /** All of the repository, as far as they were fetched. */
  readonly tags: readonly GitTag[];
  /** The branch that the remote checks out by default, where the clone noted it. */
  readonly remoteDefault: string | undefined;
}

const TAGS = 'refs/tags/';
const REMOTE_HEAD = 'refs/remotes/origin/HEAD';
const REMOTE_BRANCHES = 'refs/remotes/origin/';

/** Reads tags and default branch; one question, whatever is looked for among them. */
export async function readRefs(folder: string): Promise<GitRefs> {
  // An annotated tag is an object of its own: what it points at stands in the third place.
  const format = '--format=%(refname)%09%(objectname)%09%(*objectname)%09%(symref)';
  const answer = await runGit(folder, ['for-each-ref', format, TAGS, REMOTE_HEAD]);
  const refs = answer.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const target = refs.find(([name]) => name === REMOTE_HEAD)?.[3];
  return {
    tags: refs.flatMap(([name = '', object = '', peeled = '']) =>
      name.startsWith(TAGS) ? [{ name: name.slice(TAGS.length), commit: peeled === '' ? object : peeled }] : [],
    ),
    remoteDefault: target?.startsWith(REMOTE_BRANCHES) ? target.slice(REMOTE_BRANCHES.length) : undefined,
  };
}
