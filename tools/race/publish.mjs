import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { programOf } from '../workspace/run-node.mjs';

// The variables of our own CI must not count in the workspaces of the race.
const FOREIGN = /^(?:NX|GITHUB|GITLAB|CI|CIRCLE|BITBUCKET|SYSTEM|BUILD)(?:_|$)/;

/**
 * Runs `nx run app:publish`, or another command of Nx, in a clone, to its end or until it is killed with all its children.
 *
 * @param {string} clone
 * @param {{ delayMs?: number, killAfterMs?: number, args?: readonly string[], more?: Record<string, string> }} when `args` of nx, and
 *   variables of its environment
 * @returns {Promise<{ isCompleted: boolean, wasKilled: boolean, output: string, tookMs: number }>}
 */
export async function publish(clone, { delayMs = 0, killAfterMs, args = ['run', 'app:publish'], more = {} } = {}) {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_SKIP_NATIVE_FILE_CACHE: 'true',
    NX_NO_CLOUD: 'true',
    NO_COLOR: '1',
    ...more,
  };
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    // Its own process group, so that the plugin's processes die with Nx.
    const child = spawn(process.execPath, [join(clone, programOf('nx')), ...args], {
      cwd: clone,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    let wasKilled = false;
    const kill = () => {
      wasKilled = true;
      endGroup(child.pid);
    };
    const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ isCompleted: code === 0, wasKilled, output: Buffer.concat(said).toString('utf8'), tookMs: Date.now() - startedAt });
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It just ended by itself.
    if (error.code !== 'ESRCH') throw error;
  }
}
