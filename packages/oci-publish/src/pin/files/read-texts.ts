import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isInside, quote } from '@nx-oci/model';

// Far above what people write; generated files of that size are not for us.
const MAX_BYTES = 10 * 1024 * 1024;
const MARK = '\uFEFF';

/** A file that is text. */
export interface TextFile {
  /** From the workspace root, with `/`. */
  readonly path: string;
  /** The file itself, if the path is a link or leads through one. */
  readonly realPath: string;
  /** Permissions. */
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly bytes: Buffer;
  /** `''`, or the byte order mark before `text`. */
  readonly mark: string;
  readonly text: string;
}

export interface ReadTexts {
  readonly files: readonly TextFile[];
  /** Files that were not read, as sentences. */
  readonly unread: readonly string[];
}

/** Reads files that are named by paths from the workspace root; links are followed only within it. A file that two paths lead to is read once. */
export async function readTexts(workspaceRoot: string, paths: readonly string[]): Promise<ReadTexts> {
  const read = [...(await readEach(workspaceRoot, paths)).values()];
  const files = new Map(read.flatMap((one) => (one !== undefined && typeof one !== 'string' ? [[one.realPath, one]] : [])));
  return { files: [...files.values()], unread: read.filter((one) => typeof one === 'string') };
}

/** Each path with its file, or with the reason why it was not read; undefined where there is none. */
export async function readEach(
  workspaceRoot: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, TextFile | string | undefined>> {
  const root = await realpath(workspaceRoot);
  return new Map(await Promise.all(paths.map(async (path) => [path, await readText(root, path)] as const)));
}

/** @returns undefined for a file that was deleted, or a folder (a submodule) */
async function readText(root: string, path: string): Promise<TextFile | string | undefined> {
  const file = join(root, path);
  try {
    const realPath = await realpath(file);
    if (!isInside(root, realPath)) return `${quote(path)} is a link out of the workspace, and is not followed`;
    const { mode, size, uid, gid } = await stat(realPath);
    if (!(await lstat(realPath)).isFile()) return undefined;
    if (size > MAX_BYTES) return `${quote(path)} is larger than 10 MB, and was not read`;
    const bytes = await readFile(realPath);
    const text = decode(bytes);
    if (text === undefined) return `${quote(path)} is not UTF-8, and was not read`;
    const mark = text.startsWith(MARK) ? MARK : '';
    return { path, realPath, mode: mode & 0o7777, owner: { uid, gid }, bytes, mark, text: text.slice(mark.length) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return `${quote(path)} could not be read (${code ?? String(error)})`;
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}
