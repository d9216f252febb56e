import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { type Changes } from './changes-since';
import { algorithmOf, hashPaths } from './hash-paths';
import { runGit } from './run-git';

/**
 * Finds files that differ from the commit although `git status` does not show them: those that `git update-index` marked to skip
 * (`--skip-worktree`) or to treat as unchanged (`--assume-unchanged`), and modes that `core.fileMode=false` hides. Files left out
 * by a sparse checkout are not changes.
 *
 * @returns paths relative to `folder`; those outside of it begin with `..`
 */
export async function findHiddenChanges(folder: string): Promise<Changes> {
  const [listed, areModesHidden] = await Promise.all([
    runGit(folder, ['ls-files', '-v', '-s', '-z', ':/']),
    isSetTo(folder, 'core.fileMode', 'false'),
  ]);
  if (!listed.ok) return { kind: 'unknown', reason: listed.stderr.trim() || 'git ls-files timed out' };
  const entries = listed.stdout.split('\0').flatMap(readEntry);
  const looked = await Promise.all(entries.filter(({ isMarked }) => isMarked || areModesHidden).map((entry) => look(folder, entry)));
  const marked = looked.filter(({ isMarked }) => isMarked);
  const files = [...(await differingIn(folder, marked)), ...differingModes(areModesHidden ? looked : marked, areModesHidden)];
  return { kind: 'known', files: [...new Set(files)] };
}

interface IndexEntry {
  readonly path: string;
  /** The id of its content, as git stores it. */
  readonly id: string;
  readonly mode: string;
  /** Git is set not to check it. */
  readonly isMarked: boolean;
  /** By `--skip-worktree`, as a sparse checkout does. */
  readonly isSkipped: boolean;
}

/** `S 100644 e40e670… 0<tab>path`; a lower-case letter is a file that is assumed unchanged. Submodules are left out. */
function readEntry(entry: string): readonly IndexEntry[] {
  const [, tag = '', mode, id, path] = /^(\S) (1[02]0\d{3}) ([0-9a-f]+) 0\t(.+)$/s.exec(entry) ?? [];
  if (mode === undefined || id === undefined || path === undefined) return [];
  return [{ path, id, mode, isMarked: /[Sa-z]/.test(tag), isSkipped: tag.toUpperCase() === 'S' }];
}

interface LookedEntry extends IndexEntry {
  /** `other` is a link, or unreadable: the build reports it. */
  readonly found: 'absent' | 'plain' | 'program' | 'other';
}

async function look(folder: string, entry: IndexEntry): Promise<LookedEntry> {
  try {
    const stats = await lstat(join(folder, entry.path));
    return { ...entry, found: !stats.isFile() ? 'other' : (stats.mode & 0o100) === 0 ? 'plain' : 'program' };
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return { ...entry, found: isAbsent ? 'absent' : 'other' };
  }
}

/** Those whose content differs, or that were deleted. */
async function differingIn(folder: string, marked: readonly LookedEntry[]): Promise<readonly string[]> {
  if (marked.length === 0) return [];
  const absent = marked.filter(({ found }) => found === 'absent');
  const isSparse = absent.some(({ isSkipped }) => isSkipped) && (await isSetTo(folder, 'core.sparseCheckout', 'true'));
  const there = marked.filter(({ found }) => found !== 'absent');
  const paths = there.map(({ path }) => path);
  const ids = await hashPaths(folder, algorithmOf(marked[0]?.id), paths);
  const differing = there.filter(({ path, id }) => ids.get(path) !== id);
  return [...absent.filter(({ isSkipped }) => !isSkipped || !isSparse), ...differing].map(({ path }) => path);
}

function differingModes(looked: readonly LookedEntry[], areModesHidden: boolean): readonly string[] {
  if (process.platform === 'win32') return [];
  const regular = looked.filter(({ mode, found }) => mode.startsWith('100') && (found === 'plain' || found === 'program'));
  const differing = regular.filter(({ mode, found }) => (mode === '100755') !== (found === 'program'));
  return areModesHidden && !keepsModes(regular) ? [] : differing.map(({ path }) => path);
}

/** A file system without modes shows the same one for all files; there the setting is right. */
function keepsModes(regular: readonly LookedEntry[]): boolean {
  const isKept = (mode: string, expected: LookedEntry['found']): boolean => {
    const some = regular.filter((entry) => entry.mode === mode);
    return some.length === 0 || some.some(({ found }) => found === expected);
  };
  return isKept('100644', 'plain') && isKept('100755', 'program');
}

async function isSetTo(folder: string, setting: string, value: 'true' | 'false'): Promise<boolean> {
  return (await runGit(folder, ['config', '--type=bool', setting])).stdout === value;
}
