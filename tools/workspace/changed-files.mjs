import { spawnSync } from 'node:child_process';

import { workspaceRoot } from './ensure-installed.mjs';

/**
 * What the change at hand has touched: commits since the branch left main, edits, and files that git does not know yet.
 *
 * @param {string | undefined} base a commit to compare with, in place of that of main
 * @returns {{ base: string, files: string[] }} paths from the workspace root; removed files are left out
 */
export function changedFiles(base) {
  const commit = base ?? mergeBase();
  const changed = git(['diff', '--name-only', '-z', '--diff-filter=d', '--relative', commit]);
  const added = git(['ls-files', '--others', '--exclude-standard', '-z']);
  const files = [...new Set(`${changed}${added}`.split('\0'))].filter((file) => file !== '');
  return { base: git(['rev-parse', '--short', commit]).trim(), files: files.sort() };
}

/** A clone of one branch has its main under the name of the remote. */
function mergeBase() {
  for (const main of ['main', 'origin/main']) {
    const { status, stdout } = spawnSync('git', ['merge-base', 'HEAD', main], { cwd: workspaceRoot, encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return 'HEAD';
}

function git(args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: workspaceRoot, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return stdout;
  throw new Error(`git ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}
