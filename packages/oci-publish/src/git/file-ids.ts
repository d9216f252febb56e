import { isOciError } from '@nx-oci/model';

import { algorithmOf, hashPaths } from './hash-paths';
import { findHiddenChanges } from './hidden-changes';
import { runGit, type GitAnswer } from './run-git';

/** The tracked and the untracked, not ignored files of a working tree, by their content. */
export interface FileIds {
  /** Relative to the folder, with `/`. */
  readonly paths: readonly string[];
  /** Those of them that are in the index: part of a commit, or of the next one. */
  isTracked(path: string): boolean;
  /**
   * The ids of the git blobs of these files: equal for equal content on every machine, whatever commit is checked out. A missing
   * file has none.
   */
  idsOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Lists the files, and which of them differ from the index; only those are ever hashed.
 *
 * @returns `undefined` if there is no git, or no repository.
 */
export async function readFileIds(folder: string): Promise<FileIds | undefined> {
  const git = (...args: string[]) => runGit(folder, args);
  try {
    const [staged, differing, others, hidden] = await Promise.all([
      git('ls-files', '--stage', '-z'),
      git('diff-files', '--name-only', '--relative', '--ignore-submodules=none', '-z'),
      git('ls-files', '--others', '--exclude-standard', '-z'),
      findHiddenChanges(folder),
    ]);
    if (!staged.ok || !differing.ok || !others.ok || hidden.kind === 'unknown') return undefined;
    const index = new Map(namesIn(staged).flatMap(readStaged));
    const algorithm = algorithmOf([...index.values()][0]);
    const changed = new Set([...namesIn(differing), ...hidden.files]);
    return {
      paths: [...index.keys(), ...namesIn(others)],
      isTracked: (path) => index.has(path),
      idsOf: async (paths) => {
        const known = paths.filter((path) => index.has(path) && !changed.has(path));
        const hashed = await hashPaths(
          folder,
          algorithm,
          paths.filter((path) => !index.has(path) || changed.has(path)),
        );
        return new Map([...known.map((path) => [path, index.get(path) ?? ''] as const), ...hashed]);
      },
    };
  } catch (error) {
    if (isOciError(error, 'GIT_UNAVAILABLE')) return undefined;
    throw error;
  }
}

function namesIn({ stdout }: GitAnswer): readonly string[] {
  return stdout.split('\0').filter((name) => name !== '');
}

/** `100644 e40e670… 0<tab>path` */
function readStaged(entry: string): readonly (readonly [string, string])[] {
  const [, id, path] = /^\d+ ([0-9a-f]+) \d\t(.+)$/s.exec(entry) ?? [];
  return id === undefined || path === undefined ? [] : [[path, id]];
}
