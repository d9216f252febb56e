import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { runGit } from './run-git';

/**
 * Finds regular files whose content differs from what is committed though `git status` is silent about them: those that
 * `git update-index` was told to skip (`--skip-worktree`) or to take as unchanged (`--assume-unchanged`). What is not there is
 * no change: a sparse checkout leaves files out by the same mark. Nor is a mode.
 *
 * @returns paths from `folder`; what lies beside it in the repository begins with `..`
 */
export async function findHiddenChanges(folder: string): Promise<readonly string[]> {
  const { stdout } = await runGit(folder, ['ls-files', '-v', '-s', '-z', ':/']);
  const marked = stdout.split('\0').flatMap(readMarked);
  const there = await Promise.all(marked.map(({ path }) => isFile(join(folder, path))));
  const looked = marked.filter((_, index) => there[index]);
  if (looked.length === 0) return [];
  const hashes = await hashFiles(
    folder,
    looked.map(({ path }) => path),
  );
  return looked.flatMap(({ path, hash }, index) => (hashes[index] === hash ? [] : [path]));
}

interface MarkedFile {
  readonly path: string;
  /** Of its content, as git stores it. */
  readonly hash: string;
}

/** `S 100644 e40e670… 0<tab>path`; a small letter is a file that is taken as unchanged. */
function readMarked(entry: string): readonly MarkedFile[] {
  const [, hash, path] = /^[Sa-z] 100(?:644|755) ([0-9a-f]+) 0\t(.+)$/s.exec(entry) ?? [];
  return hash === undefined || path === undefined ? [] : [{ path, hash }];
}

/** As git would store them, line ends converted. A name with a line break cannot be asked for, and counts as changed. */
async function hashFiles(folder: string, paths: readonly string[]): Promise<readonly (string | undefined)[]> {
  const asked = paths.filter((path) => !path.includes('\n'));
  const { stdout } = await runGit(folder, ['hash-object', '--stdin-paths'], { input: asked.map((path) => `${path}\n`).join('') });
  const answers = stdout.split('\n');
  const hashOf = new Map(asked.map((path, index) => [path, answers[index]]));
  return paths.map((path) => hashOf.get(path));
}

async function isFile(path: string): Promise<boolean> {
  // What cannot be looked at was not taken into an image either: the build says so.
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
