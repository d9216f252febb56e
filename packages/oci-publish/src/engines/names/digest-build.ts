import { relative, sep } from 'node:path';

import { digestOf, type Digest } from '@nx-oci/model';

/**
 * The digest of an image's options: the same on every machine and for any order of keys.
 *
 * @param description plain data, without absolute paths; see `portablePath`.
 */
export function digestBuild(description: unknown): Digest {
  return digestOf(JSON.stringify(description, sortKeys));
}

/** Of an index, by the builds of its images, in their order. */
export function digestIndexBuild(builds: readonly Digest[]): Digest {
  return digestBuild({ platforms: builds });
}

/** A path that is the same on every machine: from the workspace root, with `/`. */
export function portablePath(workspaceRoot: string, path: string): string {
  return relative(workspaceRoot, path).split(sep).join('/');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
