import { lutimesSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives everything in a folder, and the folder, the same time, so that each run writes the same.
 *
 * @param {string} folder
 */
export function fixTimes(folder) {
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
  for (const path of [...paths, folder]) lutimesSync(path, seconds, seconds);
}
