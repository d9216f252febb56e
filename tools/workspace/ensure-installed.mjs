import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the workspace. */
export const workspaceRoot = fileURLToPath(new URL('../..', import.meta.url));

const OLDEST_NODE = [20, 19];

/** Installs what package-lock.json names, when that was not done yet or the lock file is newer. Ends the process on failure. */
export function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  console.log('Installing dependencies (npm ci) …');
  // Only npm itself may say how it is called: under `npm run` it names its own script.
  const npm = process.env.npm_execpath;
  const [command, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']];
  const shell = npm === undefined && process.platform === 'win32';
  const { status } = spawnSync(command, [...args, '--no-audit', '--no-fund'], { cwd: workspaceRoot, stdio: 'inherit', shell });
  if (status !== 0) {
    console.error('npm ci failed: see its message above.');
    process.exit(status ?? 1);
  }
}

function isInstalled() {
  const installed = new URL('../../node_modules/.package-lock.json', import.meta.url);
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(new URL('../../package-lock.json', import.meta.url)).mtimeMs;
}
