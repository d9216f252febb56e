/** Processes that we started, known by their id and by a folder of ours in their command line. Linux only: reads /proc. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { waitUntil } from './wait-until.mjs';

const serverPrograms = new Set([
  ...['dockerd', 'containerd', 'containerd-shim', 'containerd-shim-runc-v2'],
  ...['docker-registry', 'registry', 'buildkitd'],
]);

/** @param {number} pid */
export function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * The arguments of a running process; empty if there is none, or if it is a zombie.
 *
 * @param {number} pid
 */
export function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}

/**
 * Whether the process is still the one that we started: ids are reused, folders are not.
 *
 * @param {number} pid
 * @param {string} folder
 */
export function isOwn(pid, folder) {
  return commandLineOf(pid).includes(`${folder}/`);
}

/**
 * Starts a server that outlives this process.
 *
 * @param {{ program: string, args: readonly string[], log: string, env?: Record<string, string> }} command
 * @returns {Promise<number>} its process id
 */
export function startDetached({ program, args, log, env }) {
  const output = openSync(log, 'a', 0o600);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid));
    child.unref();
  }).finally(() => closeSync(output));
}

/**
 * Asks one of our processes to end, and kills it if it does not.
 *
 * @param {number} pid
 * @param {string} folder
 */
export async function endOwn(pid, folder) {
  for (const [signal, timeoutMs] of [
    ['SIGTERM', 20_000],
    ['SIGKILL', 5_000],
  ]) {
    if (!isOwn(pid, folder)) return;
    sendSignal(pid, signal);
    if (await waitUntil(() => !isOwn(pid, folder), timeoutMs)) return;
  }
  throw new Error(`Process ${pid} (${commandLineOf(pid)}) does not end. End it by hand: kill -9 ${pid}`);
}

/**
 * Ids of the servers, and of what they started themselves, that name a folder of ours: what a killed server left behind.
 * A client that only names the folder (a socket in it, its log) is not among them.
 *
 * @param {string} folder
 */
export function serverProcessesIn(folder) {
  const pids = readdirSync('/proc').map(Number).filter(Boolean);
  return pids.filter((pid) => isOwn(pid, folder) && serverPrograms.has(basename(commandLineOf(pid).split(' ')[0])));
}

/** @param {number} pid */
export function endAtOnce(pid) {
  sendSignal(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
