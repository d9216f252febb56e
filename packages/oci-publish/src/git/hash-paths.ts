import { createHash } from 'node:crypto';
import { lstat, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { digestOf } from '@nx-oci/model';

import { runGit } from './run-git';

/** The hash algorithm of a repository's objects. */
export type Algorithm = 'sha1' | 'sha256';

export function algorithmOf(id: string | undefined): Algorithm {
  return id?.length === 64 ? 'sha256' : 'sha1';
}

/**
 * The ids of the git blobs of files and links, with converted line ends; for a submodule, its commit and its differences from
 * that. A path that is missing, unreadable, or contains a line break has none.
 *
 * @param paths relative to `folder`, with `/`.
 */
export async function hashPaths(folder: string, algorithm: Algorithm, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(paths.map(async (path) => ({ path, kind: await kindOf(join(folder, path)) })));
  const files = found.flatMap(({ path, kind }) => (kind === 'file' && !path.includes('\n') ? [path] : []));
  const others = found.filter(({ kind }) => kind === 'link' || kind === 'folder');
  const hashed = others.map(async ({ path, kind }) => {
    const place = join(folder, path);
    return [path, await (kind === 'link' ? hashLink(place, algorithm) : commitOf(place))] as const;
  });
  return new Map([...(await hashFiles(folder, files)), ...(await Promise.all(hashed))]);
}

async function kindOf(path: string): Promise<'file' | 'link' | 'folder' | undefined> {
  // Missing or unreadable: there is no content to hash.
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) return 'link';
  if (found?.isDirectory() === true) return 'folder';
  return found?.isFile() === true ? 'file' : undefined;
}

async function hashFiles(folder: string, files: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  if (files.length === 0) return [];
  // Paths from stdin are relative to the root of the repository, whatever folder git runs in.
  const { stdout: prefix } = await runGit(folder, ['rev-parse', '--show-prefix']);
  const input = files.map((file) => `${posix.join(prefix, file)}\n`).join('');
  const { stdout } = await runGit(folder, ['hash-object', '--stdin-paths'], { input });
  const ids = stdout.split('\n');
  return files.flatMap((file, index) => (ids[index] === undefined || ids[index] === '' ? [] : [[file, ids[index]] as const]));
}

/** A link as git stores it: `hash-object` would follow it. */
async function hashLink(path: string, algorithm: Algorithm): Promise<string> {
  const target = Buffer.from(await readlink(path));
  return createHash(algorithm).update(`blob ${target.length}\0`).update(target).digest('hex');
}

async function commitOf(path: string): Promise<string> {
  const [head, status] = await Promise.all([
    runGit(path, ['rev-parse', '--verify', 'HEAD']),
    runGit(path, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignore-submodules=none']),
  ]);
  return status.ok && status.stdout === '' ? head.stdout : `${head.stdout} ${digestOf(status.stdout)}`;
}
