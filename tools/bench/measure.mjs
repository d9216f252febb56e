import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/**
 * @typedef {object} Used what the commands of one step needed
 * @property {number} wallMs without the pause that run-executor.cjs makes before it begins
 * @property {number} cpuMs of the commands and what they started
 * @property {number} peakMiB resident, of the largest
 * @property {boolean} [isFailed] a command failed, which is counted
 * @property {number} [executorMs] as run-executor.cjs measured it: without the start of Node
 */

/**
 * Runs commands under GNU time, one after the other.
 *
 * @param {readonly import('./contenders/contender.mjs').Command[]} commands
 * @param {{ folder: string, env: Record<string, string>, mayFail?: boolean }} options `folder` for the output of GNU time
 * @returns {Promise<Used>}
 */
export async function measureCommands(commands, options) {
  const used = { wallMs: 0, cpuMs: 0, peakMiB: 0 };
  for (const command of commands) {
    const one = await measureCommand(command, options);
    used.wallMs += one.wallMs;
    used.cpuMs += one.cpuMs;
    used.peakMiB = Math.max(used.peakMiB, one.peakMiB);
    if (one.isFailed) used.isFailed = true;
    if (one.executorMs !== undefined) used.executorMs = one.executorMs;
  }
  return used;
}

/**
 * The same for commands that start together: the time is that of the slowest.
 *
 * @param {readonly import('./contenders/contender.mjs').Command[]} commands
 * @param {{ folder: string, env: Record<string, string>, mayFail?: boolean }} options
 * @returns {Promise<Used>}
 */
export async function measureAtOnce(commands, options) {
  const all = await Promise.all(commands.map((command) => measureCommand(command, options)));
  const most = (name) => Math.max(...all.map((one) => one[name]));
  return {
    wallMs: most('wallMs'),
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakMiB: most('peakMiB'),
    ...(all.some(({ isFailed }) => isFailed) && { isFailed: true }),
    ...(all.every(({ executorMs }) => executorMs !== undefined) && { executorMs: most('executorMs') }),
  };
}

function measureCommand({ program, args, env }, options) {
  const answer = join(options.folder, `time-${randomUUID()}.txt`);
  const startedAt = performance.now();
  const child = spawn('/usr/bin/time', ['--format', '%U %S %M', '--output', answer, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const wallMs = performance.now() - startedAt;
      if (code !== 0 && !options.mayFail) return reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`));
      const [user, system, kibibytes] = readFileSync(answer, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
      rmSync(answer);
      const [, executorMs, pauseMs = 0] = /^\{"executorMs":([\d.]+),"pauseMs":(\d+)\}$/m.exec(output) ?? [];
      return resolve({
        wallMs: wallMs - Number(pauseMs),
        cpuMs: (user + system) * 1000,
        peakMiB: kibibytes / 1024,
        isFailed: code !== 0,
        ...(executorMs !== undefined && { executorMs: Number(executorMs) }),
      });
    });
  });
}
