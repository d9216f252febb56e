import { chmodSync, copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeProgramFolder } from './make-program-folder.mjs';
import { lastLines, runProgram } from './run-program.mjs';

/**
 * Installs a program of npm into its own folder, from a lock file that names the digest of each archive: npm refuses any other one.
 * No script of the package runs.
 *
 * @param {import('./tools.mjs').Tool} tool
 * @returns {Promise<string | undefined>} why it could not be installed
 */
export async function installNpmProgram(tool) {
  const here = `${process.platform}-${process.arch}`;
  const source = tool.npm.find(({ platform = here }) => platform === here);
  if (source === undefined) return `there is none for ${here}: only for ${tool.npm.map(({ platform }) => platform).join(', ')}`;
  return makeProgramFolder(tool, async (folder) => {
    if (source.integrity === undefined) copyLockFile(folder, tool.name);
    else writeLockFile(folder, { ...source, version: tool.version });
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
    const { code, stderr } = await runProgram('npm', args, { cwd: folder });
    if (code === 127) return 'npm is not on PATH: install Node with npm, then run this again';
    if (code !== 0) return lastLines(stderr, 3) || `npm ci ended with ${code}`;
    const file = join('node_modules', source.package, source.file);
    chmodSync(join(folder, file), 0o755);
    symlinkSync(file, join(folder, tool.program));
    return undefined;
  });
}

/**
 * A program with dependencies of its own has its lock file in `locks`.
 *
 * @param {string} folder
 * @param {string} name of the tool
 */
function copyLockFile(folder, name) {
  const from = fileURLToPath(new URL(`locks/${name}`, import.meta.url));
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(from, file), join(folder, file));
}

/** @param {string} folder */
function writeLockFile(folder, { package: name, version, integrity }) {
  const dependencies = { [name]: version };
  const packages = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
}
