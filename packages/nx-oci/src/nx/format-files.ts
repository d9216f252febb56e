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

/**
 * Formats a file to which a generator added something. If lines that were there before would change, the file stays as it is
 * written: whoever formats it by hand keeps every byte.
 */
export async function formatAddition(tree: Tree, file: string, before: string): Promise<void> {
  const written = tree.read(file, 'utf8') ?? '';
  await formatFiles(tree);
  if (!keepsLines(tree.read(file, 'utf8') ?? '', before, written)) tree.write(file, written);
}

function keepsLines(formatted: string, before: string, written: string): boolean {
  const kept = new Set(before.split('\n'));
  const rest = written.split('\n').filter((line) => kept.has(line));
  let next = 0;
  for (const line of formatted.split('\n')) if (line === rest[next]) next += 1;
  return next === rest.length;
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
