import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

import { type ReadText } from './named-paths';

// A Dockerfile, or what it ignores; nothing that people write is near that.
const MAX_BYTES = 1024 * 1024;

/**
 * Reads texts of a workspace: of plain files alone, and none that is larger than any Dockerfile.
 *
 * For one look at it, which takes folders to stay where they are: where each of them is, is found out once.
 */
export function readTextIn(workspaceRoot: string): ReadText {
  const readText = (path: string) => {
    const file = join(workspaceRoot, path);
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() === true && found.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
    } catch {
      // Unreadable: its text is unknown, so everything that it may mean counts.
      return undefined;
    }
  };
  return Object.assign(readText, { targetOf: linkReader(workspaceRoot) });
}

function linkReader(workspaceRoot: string): (path: string) => string | undefined {
  const realFolders = new Map<string, string>();
  const realFolder = (folder: string): string => {
    const real = realFolders.get(folder) ?? realpathSync(folder);
    realFolders.set(folder, real);
    return real;
  };
  const realPath = (file: string): string | undefined => {
    // Most names that are looked for are not there, and to learn that from an error takes ten times as long.
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return found.isSymbolicLink() ? realpathSync(file) : join(realFolder(dirname(file)), basename(file));
  };
  return (path) => {
    try {
      const real = realPath(join(workspaceRoot, path));
      if (real === undefined) return undefined;
      const target = relative(realFolder(workspaceRoot), real).split(sep).join('/');
      return target === path || target.startsWith('..') ? undefined : target;
    } catch {
      // A dangling link, or a file in the place of a folder.
      return undefined;
    }
  };
}
