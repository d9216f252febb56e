import { join, posix } from 'node:path';

import { readTextFile } from '@nx-oci/model';

import { readIgnorePatterns } from './ignore-patterns';

/** A `.dockerignore`, and which paths it ignores. */
export interface DockerIgnore {
  /** Its path from the workspace root. */
  readonly folder: string;
  /** Whether it has exceptions (`!`), so that an ignored folder may contain files that are not ignored. */
  readonly hasExceptions: boolean;
  /** @param path from the workspace root. */
  ignores(path: string): boolean;
}

/** `undefined` if there is none. */
export async function readDockerIgnore(root: string, folder: string): Promise<DockerIgnore | undefined> {
  const text = await readTextFile(join(root, folder, '.dockerignore'));
  if (text === undefined) return undefined;
  const patterns = readIgnorePatterns(text);
  return {
    folder,
    hasExceptions: !patterns.isFinal,
    ignores: (path) => patterns.leavesOut(posix.relative(folder, path)),
  };
}
