import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readTextFile } from '@nx-oci/model';

import { portablePath } from '../digest-build';
import { IMAGES_FOLDER } from '../image-folder';
import { ignoreFilesOf } from './named-paths';
import { readIgnorePatterns, type IgnorePatterns } from './ignore-patterns';

export interface ContextPlace {
  /** Absolute. */
  readonly folder: string;
  /** Absolute. */
  readonly dockerfile: string;
  readonly workspaceRoot: string;
}

// Of each commit, run or build: an image that holds them is another one every time, and is not older for that.
const NEVER = ['.git', '.nx', 'node_modules/.cache', IMAGES_FOLDER];

/**
 * Lists the files and links that a builder is sent, from the context's folder, less what its ignore file leaves out;
 * `undefined` where there is no such folder.
 */
export async function walkContext({ folder, dockerfile, workspaceRoot }: ContextPlace): Promise<readonly string[] | undefined> {
  const ignored = readIgnorePatterns(await readFirst(ignoreFilesOf(dockerfile, folder)));
  const never = new Set(NEVER.map((path) => portablePath(folder, join(workspaceRoot, path))));
  const files: string[] = [];
  const walk = async (below: string): Promise<boolean> => {
    const children = await readdir(join(folder, below), { withFileTypes: true }).catch(undefinedWhenMissing);
    if (children === undefined) return false;
    await Promise.all(
      children.map(async (child) => {
        const path = below === '' ? child.name : `${below}/${child.name}`;
        if (never.has(path)) return;
        if (child.isDirectory()) return (isWorthALook(path, ignored) && (await walk(path))) || undefined;
        if ((child.isFile() || child.isSymbolicLink()) && !ignored.leavesOut(path)) files.push(path);
      }),
    );
    return true;
  };
  return (await walk('')) ? files : undefined;
}

function isWorthALook(path: string, ignored: IgnorePatterns): boolean {
  return !ignored.isFinal || !ignored.leavesOut(path);
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  }
  return '';
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error;
}
