import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';

/**
 * Makes an empty folder. Removes the files of an earlier run, and fails if there are others.
 *
 * @param {string} folder
 * @param {string} proof a file that only an earlier run can have written
 */
export function emptyOutput(folder, proof) {
  const isForeign = existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, proof));
  if (isForeign) fail(`Cannot write to ${folder}: it holds other files. Choose another --output, or empty it.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
