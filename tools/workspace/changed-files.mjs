import { spawnSync } from 'node:child_process';

import { workspaceRoot } from './ensure-installed.mjs';

/**
 * The files of the current change: commits since the branch left main, edits, and untracked files.
 *
 * @param {string | undefined} base a commit to compare with, in place of that of main
 * @param {string} root of the repository, or a folder in it
 * @returns {{ base: string, files: string[], removed: string[] }} paths from `root`; a file that moved is removed at its old path
 */
export function changedFiles(base, root = workspaceRoot) {
  const commit = base ?? mergeBase(root);
  const list = (...args) =>
    git(args, root)
      .split('\0')
      .filter((file) => file !== '');
  const differing = (filter) => list('diff', '--name-only', '--no-renames', '-z', `--diff-filter=${filter}`, '--relative', commit);
  const files = new Set([...differing('d'), ...list('ls-files', '--others', '--exclude-standard', '-z')]);
  // A file that was only removed from the index still exists.
  const removed = differing('D').filter((file) => !files.has(file));
  return { base: git(['rev-parse', '--short', commit], root).trim(), files: [...files].sort(), removed: removed.sort() };
}

/** A clone of one branch has its main under the name of the remote. */
function mergeBase(root) {
  for (const main of ['main', 'origin/main']) {
    const { status, stdout } = spawnSync('git', ['merge-base', 'HEAD', main], { cwd: root, encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return 'HEAD';
}

function git(args, root) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return stdout;
  throw new Error(`git ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}
