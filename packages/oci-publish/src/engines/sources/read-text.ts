import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { type ReadText } from './named-paths';

// A Dockerfile, or what it ignores; nothing that people write is near that.
const MAX_BYTES = 1024 * 1024;

/** Reads texts of a workspace: of plain files alone, and none that is larger than any Dockerfile. */
export function readTextIn(workspaceRoot: string): ReadText {
  return (path) => {
    const file = join(workspaceRoot, path);
    try {
      const found = statSync(file);
      return found.isFile() && found.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
    } catch {
      // Not there, or not to be read: then nobody knows what it says, and all that it may mean counts.
      return undefined;
    }
  };
}
