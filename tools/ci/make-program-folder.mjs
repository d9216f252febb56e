import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { programFolder } from './tools.mjs';

/**
 * Fills the folder of a program. The folder appears when it is complete, so two runs at once do no harm.
 *
 * @param {import('./tools.mjs').Tool} tool
 * @param {(folder: string) => Promise<string | undefined>} fill resolves to why it could not be filled
 * @returns {Promise<string | undefined>} what `fill` resolved to
 */
export async function makeProgramFolder(tool, fill) {
  const folder = programFolder(tool);
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const problem = await fill(unfinished);
    if (problem !== undefined) return problem;
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
    return undefined;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
