import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { type ReadText } from './named-paths';

// A Dockerfile, or what it ignores; nothing that people write is near that.
const MAX_BYTES = 1024 * 1024;

/** Reads texts of a workspace: of plain files alone, and none that is larger than any Dockerfile. */
export function readTextIn(workspaceRoot: string): ReadText {
  const readText = (path: string) => {
    const file = join(workspaceRoot, path);
    try {
      const found = statSync(file);
      return found.isFile() && found.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
    } catch {
      // Missing or unreadable: its text is unknown, so everything that it may mean counts.
      return undefined;
    }
  };
  return Object.assign(readText, { targetOf: (path: string) => targetIn(workspaceRoot, path) });
}

function targetIn(workspaceRoot: string, path: string): string | undefined {
  try {
    const target = relative(realpathSync(workspaceRoot), realpathSync(join(workspaceRoot, path)))
      .split(sep)
      .join('/');
    return target === path || target.startsWith('..') ? undefined : target;
  } catch {
    // Missing, as most candidate names are, or a dangling link.
    return undefined;
  }
}
