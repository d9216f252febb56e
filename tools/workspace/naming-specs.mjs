import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

import { workspaceRoot } from './ensure-installed.mjs';

/**
 * Unit specs whose text names one of these files: of a page, a schema or a fixture, which they read and do not import.
 *
 * @param {string[]} files paths from the workspace root
 */
export function namingSpecs(files) {
  const names = [...new Set(files.map((file) => basename(file)))];
  if (names.length === 0) return [];
  const patterns = names.flatMap((name) => ['-e', name]);
  const args = ['grep', '--untracked', '-lzwF', ...patterns, '--', 'packages/*.spec.ts'];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: workspaceRoot, encoding: 'utf8' });
  // Exit code 1 means that there are none.
  if (status !== 0 && status !== 1) throw new Error(`git grep failed: ${stderr.trim()}`);
  return stdout.split('\0').filter((file) => file !== '');
}
