import { runGit } from './run-git';

/** A git tag and its commit. */
export interface GitTag {
  readonly name: string;
  readonly commit: string;
}

export interface GitRefs {
  /** All fetched ones of the repository. */
  readonly tags: readonly GitTag[];
  /** The default branch of the remote, if the clone recorded it. */
  readonly remoteDefault: string | undefined;
}

const TAGS = 'refs/tags/';
const REMOTE_HEAD = 'refs/remotes/origin/HEAD';
const REMOTE_BRANCHES = 'refs/remotes/origin/';
// The length of a command line is limited.
const MAX_NESTED = 500;

/** Reads tags and default branch with one call of git. */
export async function readRefs(folder: string): Promise<GitRefs> {
  // An annotated tag is an object itself: its target is the third field, the type of the target the fifth.
  const format = '--format=%(refname)%09%(objectname)%09%(*objectname)%09%(symref)%09%(*objecttype)';
  const answer = await runGit(folder, ['for-each-ref', format, TAGS, REMOTE_HEAD]);
  const refs = answer.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const peeled = await peelNested(
    folder,
    refs.filter(([, , , , kind]) => kind === 'tag').map(([name = '']) => name),
  );
  const target = refs.find(([name]) => name === REMOTE_HEAD)?.[3];
  return {
    tags: refs.flatMap(([name = '', object = '', inner = '']) =>
      name.startsWith(TAGS) ? [{ name: name.slice(TAGS.length), commit: peeled.get(name) ?? (inner === '' ? object : inner) }] : [],
    ),
    remoteDefault: target?.startsWith(REMOTE_BRANCHES) ? target.slice(REMOTE_BRANCHES.length) : undefined,
  };
}

/** The commits of nested annotated tags, which git before 2.45 peels only once; hardly any repository has one. */
async function peelNested(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const answer = await runGit(folder, ['show-ref', '--dereference', '--', ...names.slice(0, MAX_NESTED)]);
  const lines = answer.stdout.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([id = '', name = '']) => (name.endsWith('^{}') ? [[name.slice(0, -'^{}'.length), id]] : [])));
}
