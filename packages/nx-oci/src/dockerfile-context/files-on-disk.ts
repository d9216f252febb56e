import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { isIgnoredPath } from './is-ignored-path';
import { type TrackedFiles } from './tracked-files';

/** Replaces the tracked files if a workspace is not in a repository: all files except packages and build output. */
export function filesOnDisk(workspaceRoot: string): TrackedFiles {
  const has = (path: string): boolean => !isIgnoredPath(`${path}/x`) && existsSync(join(workspaceRoot, path));
  return {
    has,
    matches(pattern) {
      const [fixed = ''] = pattern.split(/[*?[]/);
      const folder = fixed.slice(0, fixed.lastIndexOf('/') + 1);
      return folder !== '' && has(folder.slice(0, -1));
    },
  };
}
