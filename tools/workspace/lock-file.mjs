import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './ensure-installed.mjs';

export const LOCK_FILE = join(workspaceRoot, 'package-lock.json');

export function readLock() {
  return JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
}

/**
 * Binaries for other systems that a lock file names but does not describe: npm leaves out what the machine that wrote
 * the file could not install, and `npm ci` of npm 11 then fails on every machine.
 *
 * @returns {{ name: string, version: string, path: string }[]} `path`: where a description belongs
 */
export function findMissingPlatforms({ packages }) {
  const missing = new Map();
  for (const [dependent, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isExact = /^\d+\.\d+\.\d+$/.test(version);
      const nearest = nearestPath(packages, dependent, name);
      if (!isExact || packages[nearest]?.version === version) continue;
      const path = nearest === undefined ? `node_modules/${name}` : `${dependent}/node_modules/${name}`;
      missing.set(path, { name, version, path });
    }
  }
  return [...missing.values()];
}

/** Entries that were fetched from a named host: a lock file must install from whichever registry a machine uses. */
export function findHosts({ packages }) {
  return Object.entries(packages).flatMap(([path, { resolved = '' }]) => (/^https?:/.test(resolved) ? [path] : []));
}

/** Node's lookup: the dependent's own folder, then each one above it. */
function nearestPath(packages, dependent, name) {
  const folders = [dependent];
  for (let end = dependent.lastIndexOf('/node_modules/'); end >= 0; end = dependent.lastIndexOf('/node_modules/', end - 1)) {
    folders.push(dependent.slice(0, end));
  }
  if (dependent !== '') folders.push('');
  return folders
    .map((folder) => (folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`))
    .find((path) => path in packages);
}
