import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './ensure-installed.mjs';

/**
 * Which files the builds of the packages have written. A file that is removed and written again is another one, even where its
 * content is the same: a process that reads it in between finds nothing.
 *
 * @param {string} root of the workspace
 * @returns {ReadonlyMap<string, string>} what tells a file from its successor, by path from `root`
 */
export function readBuiltFiles(root = workspaceRoot) {
  const folders = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'dist'));
  return new Map(folders.flatMap((folder) => filesIn(root, folder).map((file) => [file, identify(join(root, file))])));
}

/**
 * Built folders that were written between the two: `packages/oci-model/dist`.
 *
 * @param {ReadonlyMap<string, string>} before
 * @param {ReadonlyMap<string, string>} after
 * @returns {string[]} sorted
 */
export function rebuiltFolders(before, after) {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((file) => before.get(file) !== after.get(file));
  return [...new Set(changed.map((file) => file.split('/').slice(0, 3).join('/')))].sort();
}

function filesIn(root, folder) {
  try {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const inFolder = (entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, '');
    return entries.filter((entry) => entry.isFile()).map(inFolder);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function identify(file) {
  const { ino, mtimeMs, birthtimeMs } = statSync(file);
  // Nx gives a file of its cache the time that it had, and a disk gives a number out again.
  return `${ino} ${mtimeMs} ${birthtimeMs}`;
}
