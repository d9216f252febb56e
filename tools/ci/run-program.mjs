import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunOptions
 * @property {string} [input] written to standard input: the place for secrets, which never belong in arguments
 * @property {Record<string, string>} [env] added to the environment
 * @property {string} [cwd]
 * @property {number} [timeoutMs] after this the program is killed; 15 minutes by default
 */

/**
 * Runs a program without a shell and waits for its end. A program that cannot be started counts as
 * exit code 127, one that takes too long as 124.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function runProgram(program, args, { input, env, cwd, timeoutMs = 15 * 60_000 } = {}) {
  return new Promise((resolve) => {
    // spawn's own timeout would keep this process alive if the program cannot be started
    const signal = AbortSignal.timeout(timeoutMs);
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, signal, stdio: 'pipe' });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    child.on('error', (error) => {
      const stopped = error.name === 'AbortError';
      resolve({ code: stopped ? 124 : 127, stdout: '', stderr: stopped ? `no end after ${timeoutMs / 1000} s` : error.message });
    });
    child.on('close', (code, signal) => {
      if (signal) stderr.push(Buffer.from(`\n${program} was ended by ${signal}`));
      resolve({ code: code ?? 1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.on('error', () => {}); // a program that does not read its input says so by its exit code
    child.stdin.end(input ?? '');
  });
}

/**
 * The last lines of a text that are not empty.
 *
 * @param {string} text
 * @param {number} [count]
 */
export function lastLines(text, count = 1) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n')
    .trim();
}
