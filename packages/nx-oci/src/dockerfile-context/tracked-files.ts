import { posix } from 'node:path';
import { runGit } from '@nx-oci/publish';

/** The files of a workspace that a fresh clone also has, or will have once they are committed. Paths with `/`. */
export interface TrackedFiles {
  /** Whether there is such a file, or a folder with files in it; always true for `.`. */
  has(path: string): boolean;
  /** Whether a pattern of COPY (`*`, `?`, `[a-z]`, and `**` for anything) matches a file or folder. */
  matches(pattern: string): boolean;
}

/**
 * Lists the files of the whole workspace that git tracks, or does not ignore, with one call of git.
 *
 * @returns undefined without a git repository, or without git
 */
export async function readTrackedFiles(workspaceRoot: string): Promise<TrackedFiles | undefined> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const answer = await runGit(workspaceRoot, args).catch(() => undefined);
  return answer?.ok === true ? trackedFiles(answer.stdout.split('\0')) : undefined;
}

/** @param files from the workspace root */
export function trackedFiles(files: readonly string[]): TrackedFiles {
  const folders = new Map<string, Set<string>>([['.', new Set()]]);
  for (const file of files) if (file !== '') addPath(folders, file);
  const known = new Set(files);
  const has = (path: string): boolean => folders.has(path) || known.has(path);
  return {
    has,
    matches: (pattern) => matchIn(folders, '.', pattern.split('/')),
  };
}

/** Each folder with the names in it, up to the root or to a known folder. */
function addPath(folders: Map<string, Set<string>>, file: string): void {
  for (let path = file; path !== '.';) {
    const parent = posix.dirname(path);
    const names = folders.get(parent);
    if (names !== undefined) {
      names.add(posix.basename(path));
      return;
    }
    folders.set(parent, new Set([posix.basename(path)]));
    path = parent;
  }
}

function matchIn(folders: ReadonlyMap<string, ReadonlySet<string>>, folder: string, [segment, ...rest]: readonly string[]): boolean {
  const names = folders.get(folder);
  if (segment === undefined || segment === '**') return segment === '**' ? names !== undefined : true;
  if (names === undefined) return false;
  const candidates = /[*?[\\]/.test(segment) ? [...names].filter(segmentMatcher(segment)) : [segment].filter((name) => names.has(name));
  return candidates.some((name) => rest.length === 0 || matchIn(folders, posix.join(folder, name), rest));
}

/** As Go's `filepath.Match`, on one name. */
function segmentMatcher(segment: string): (name: string) => boolean {
  const tokens = [...segment.matchAll(/\\(.)|\[([^\]]+)\]|\*+|\?|[^]/g)].map(toToken);
  return (name) => {
    // reached: the lengths of the name that the tokens so far can match; the time is proportional to both lengths.
    let reached = new Set([0]);
    for (const { fits, isStar } of tokens) {
      const next = new Set<number>();
      for (const end of reached) {
        if (isStar) for (let more = end; more <= name.length; more++) next.add(more);
        else if (end < name.length && fits(name.charAt(end))) next.add(end + 1);
      }
      reached = next;
    }
    return reached.has(name.length);
  };
}

interface Token {
  readonly isStar: boolean;
  readonly fits: (character: string) => boolean;
}

function toToken([all, escaped, set]: RegExpExecArray): Token {
  if (all.startsWith('*')) return { isStar: true, fits: () => true };
  if (set !== undefined) return { isStar: false, fits: (character) => isInSet(character, set) };
  return { isStar: false, fits: all === '?' ? () => true : (character) => character === (escaped ?? all) };
}

function isInSet(character: string, set: string): boolean {
  const isNegated = set.startsWith('^');
  const members = isNegated ? set.slice(1) : set;
  const isMember = [...members.matchAll(/(.)-(.)|([^])/g)].some(([, from, to, one]) =>
    from !== undefined && to !== undefined ? from <= character && character <= to : one === character,
  );
  return isMember !== isNegated;
}
