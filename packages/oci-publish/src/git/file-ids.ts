import { createHash } from 'node:crypto';
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';

import { findHiddenChanges } from './hidden-changes';
import { runGit, type GitAnswer } from './run-git';

/** The files of a working tree that are in git, or that git does not ignore, by their content. */
export interface FileIds {
  /** From the folder that was read, with `/`. */
  readonly paths: readonly string[];
  /** Of those, what the index has: a commit brought them here, or will. */
  isTracked(path: string): boolean;
  /**
   * The ids of the blobs that git would store for these files: equal for equal content on every machine, whatever commit is
   * checked out. A file that is not there has none.
   */
  idsOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Reads which files there are, and which of them differ from the index; only those are ever hashed.
 *
 * @returns `undefined` where there is no git, or no repository.
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
    if (!staged.ok || !differing.ok || !others.ok) return undefined;
    const index = new Map(namesIn(staged).flatMap(readStaged));
    const algorithm = [...index.values()][0]?.length === 64 ? 'sha256' : 'sha1';
    const changed = new Set([...namesIn(differing), ...hidden]);
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

type Algorithm = 'sha1' | 'sha256';

async function hashPaths(folder: string, algorithm: Algorithm, paths: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, kind: await kindOf(join(folder, path)) })));
  const files = found.flatMap(({ path, kind }) => (kind === 'file' && !path.includes('\n') ? [path] : []));
  const others = found.filter(({ kind }) => kind === 'link' || kind === 'folder');
  return [
    ...(await hashFiles(folder, files)),
    ...(await Promise.all(
      others.map(async ({ path, kind }) => {
        const place = join(folder, path);
        return [path, await (kind === 'link' ? hashLink(place, algorithm) : commitOf(place))] as const;
      }),
    )),
  ];
}

async function kindOf(path: string): Promise<'file' | 'link' | 'folder' | undefined> {
  // Not there, or not to be read: then it has no content that could be told.
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) return 'link';
  if (found?.isDirectory() === true) return 'folder';
  return found?.isFile() === true ? 'file' : undefined;
}

async function hashFiles(folder: string, files: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  if (files.length === 0) return [];
  const { stdout } = await runGit(folder, ['hash-object', '--stdin-paths'], { input: files.map((file) => `${file}\n`).join('') });
  const ids = stdout.split('\n');
  return files.flatMap((file, index) => (ids[index] === undefined || ids[index] === '' ? [] : [[file, ids[index]] as const]));
}

/** As git stores it: `hash-object` would follow it. */
async function hashLink(path: string, algorithm: Algorithm): Promise<string> {
  const target = Buffer.from(await readlink(path));
  return createHash(algorithm).update(`blob ${target.length}\0`).update(target).digest('hex');
}

/** A submodule: the commit that it is at. */
async function commitOf(path: string): Promise<string> {
  const { stdout } = await runGit(path, ['rev-parse', '--verify', 'HEAD']);
  return stdout;
}
