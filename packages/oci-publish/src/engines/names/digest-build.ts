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

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
