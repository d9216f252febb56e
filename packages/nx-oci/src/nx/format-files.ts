import { createRequire } from 'node:module';
import { join } from 'node:path';

import { type Tree } from '@nx/devkit';

/**
 * Formats what a generator changed, with the workspace's own @nx/devkit; without it the files stay as written, with two spaces.
 */
export async function formatFiles(tree: Tree): Promise<void> {
  const devkit = loadDevkit(tree.root);
  await devkit?.formatFiles(tree);
}

interface Formatter {
  formatFiles(tree: Tree): Promise<void>;
}

function loadDevkit(root: string): Formatter | undefined {
  try {
    return createRequire(join(root, 'package.json'))('@nx/devkit') as Formatter;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
