import { readFileSync } from 'node:fs';
import { isOwn } from './own-process.mjs';
import { lastLines } from './run-program.mjs';

/**
 * The error for a server that did not become ready, with the end of its log.
 *
 * @param {import('./servers-file.mjs').Server} server
 * @param {number} timeoutMs how long we waited
 */
export function notReady({ name, pid, folder, log }, timeoutMs) {
  const what = isOwn(pid, folder) ? `did not answer within ${timeoutMs / 1000} s` : 'ended at once';
  return new Error(`Cannot start ${name}: it ${what}. The end of its log:\n${lastLines(readFileSync(log, 'utf8'), 20)}`);
}
