import { lstatSync } from 'node:fs';
import path from 'node:path';

import { type Tree } from '@nx/devkit';

/**
 * Why a file cannot be written: a folder has its name, a file has the name of one of its parent folders, or it is a dangling
 * link.
 */
export function findObstacle(tree: Tree, file: string): string | undefined {
  const above = foldersAbove(file).find((folder) => tree.exists(folder) && tree.isFile(folder));
  if (above !== undefined) return `${above} is a file, but ${file} needs a folder there → rename it`;
  if (tree.exists(file)) return tree.isFile(file) ? undefined : `${file} is a folder → rename it`;
  // Writing to it would create a file at the target of the link.
  return isLink(path.join(tree.root, file)) ? `${file} is a link to a file that does not exist → remove the link` : undefined;
}

function foldersAbove(file: string): readonly string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
