import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readTextFileSync, portablePath } from '@nx-oci/model';

import { type ReadText } from './named-paths';

// Far larger than any Dockerfile or ignore file.
const MAX_BYTES = 1024 * 1024;

/**
 * Reads text files of a workspace: only regular files, up to a size limit.
 *
 * For a short time only: it resolves each folder once and assumes that folders do not move.
 */
export function readTextIn(workspaceRoot: string): ReadText {
  const readText = (path: string) => {
    const file = join(workspaceRoot, path);
    try {
      // Most names do not exist.
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? undefined : readTextFileSync(file, MAX_BYTES);
    } catch {
      // Unreadable: its text is unknown, so the caller must assume anything.
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
    // Most names do not exist, and finding that out through an exception takes ten times as long.
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return found.isSymbolicLink() ? realpathSync(file) : join(realFolder(dirname(file)), basename(file));
  };
  return (path) => {
    try {
      const real = realPath(join(workspaceRoot, path));
      if (real === undefined) return undefined;
      const target = portablePath(realFolder(workspaceRoot), real);
      return target === path || target.startsWith('..') ? undefined : target;
    } catch {
      // A dangling link, or a file instead of a folder.
      return undefined;
    }
  };
}
