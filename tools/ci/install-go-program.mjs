import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProgramFolder } from './make-program-folder.mjs';
import { lastLines, runProgram } from './run-program.mjs';
import { goVersion } from './tools.mjs';

/**
 * Builds a Go program into its own folder.
 *
 * @param {import('./tools.mjs').Tool} tool
 * @returns {Promise<string | undefined>} why it could not be installed
 */
export async function installGoProgram(tool) {
  return makeProgramFolder(tool, async (folder) => {
    const { code, stderr } = await (tool.module === undefined ? install(tool, folder) : buildInOwnModule(tool, folder));
    if (code === 127) return `go is not on PATH: install Go ${goVersion} or newer, then run this again`;
    if (code !== 0) return lastLines(stderr, 3) || `go install ended with ${code}`;
    if (tool.builds !== undefined) renameSync(join(folder, tool.builds), join(folder, tool.program));
    return undefined;
  });
}

/** @param {import('./tools.mjs').Tool} tool */
const environmentOf = ({ cgo }) => ({ CGO_ENABLED: cgo ? '1' : '0', GOFLAGS: '-buildvcs=false' });

/**
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} folder
 */
function install(tool, folder) {
  const args = ['install', ...(tool.flags ?? []), `${tool.go}@${tool.version}`];
  return runProgram('go', args, { cwd: tmpdir(), env: { ...environmentOf(tool), GOBIN: folder } });
}

/**
 * `go install` refuses a module with `replace` or `exclude`. They are ignored in a module that only requires it.
 *
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} folder
 */
async function buildInOwnModule(tool, folder) {
  const cwd = mkdtempSync(join(tmpdir(), 'nx-oci-go-'));
  try {
    const packages = [tool.go, ...(tool.beside ?? [])];
    writeFileSync(join(cwd, 'tools.go'), `package tools\n\nimport (\n${packages.map((name) => `\t_ "${name}"\n`).join('')})\n`);
    const steps = [
      ['mod', 'init', 'tools'],
      ['get', `${tool.module}@${tool.version}`],
      ['mod', 'tidy'],
      ['build', ...(tool.flags ?? []), '-o', `${folder}/`, ...packages],
    ];
    let outcome;
    for (const args of steps) {
      outcome = await runProgram('go', args, { cwd, env: environmentOf(tool) });
      if (outcome.code !== 0) break;
    }
    return outcome;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
