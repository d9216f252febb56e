import { lutimesSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives a folder and everything in it the same time, so that every run writes the same bytes.
 *
 * @param {string} folder
 */
export function fixTimes(folder) {
  const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
  for (const path of [...paths, folder]) lutimesSync(path, seconds, seconds);
}
