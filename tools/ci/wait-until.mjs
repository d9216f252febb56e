import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until the answer is true.
 *
 * @param {() => boolean | Promise<boolean>} isDone
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} false when the time is over
 */
export async function waitUntil(isDone, timeoutMs) {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await isDone())) {
    if (Date.now() > giveUpAt) return false;
    await sleep(100);
  }
  return true;
}
