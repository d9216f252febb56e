import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { lastLines, runProgram } from './run-program.mjs';
import { goProgramFolder, goVersion } from './tools.mjs';

/**
 * Builds a Go program into its own folder. The folder appears when it is complete, so two runs at once do no harm.
 *
 * @param {import('./tools.mjs').Tool} tool
 * @returns {Promise<string | undefined>} why it could not be had
 */
export async function installGoProgram(tool) {
  const folder = goProgramFolder(tool);
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const { code, stderr } = await runProgram('go', ['install', ...(tool.flags ?? []), `${tool.go}@${tool.version}`], {
      cwd: tmpdir(),
      env: { GOBIN: unfinished, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    });
    if (code === 127) return `go is not on PATH: install Go ${goVersion} or newer, then run this again`;
    if (code !== 0) return lastLines(stderr, 3) || `go install ended with ${code}`;
    if (tool.builds !== undefined) renameSync(join(unfinished, tool.builds), join(unfinished, tool.program));
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
    return undefined;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
