import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './own-process.mjs';

const maxWaitMs = 3 * 60_000;

/**
 * Runs work under a lock: start and stop of one clone never overlap. A lock whose owner died is taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  const giveUpAt = Date.now() + maxWaitMs;
  while (!take(file)) {
    if (Date.now() > giveUpAt) throw new Error(`Another start or stop holds ${file} for too long. End it, or remove the file.`);
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(ownerOf(file))) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || process.pid; // empty: its owner is about to write
  } catch {
    return process.pid; // it went away in the meantime
  }
}
