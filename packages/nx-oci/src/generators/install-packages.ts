import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type Tree } from '@nx/devkit';

import { findPackageManager } from './find-package-manager';

/**
 * Installs the dependencies of the changed package.json, once the tree is written.
 *
 * @param what was added to it
 */
export async function installPackages(tree: Tree, what = 'the dependencies of the workspace'): Promise<void> {
  const manager = findPackageManager(tree).name;
  try {
    await promisify(execFile)(manager, ['install'], { cwd: tree.root });
  } catch (cause) {
    const remedy = `package.json names it: run \`${manager} install\` and read what it says.`;
    throw new Error(`Cannot install ${what}: \`${manager} install\` failed.\n${remedy}`, { cause });
  }
}
