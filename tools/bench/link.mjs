import { Transform } from 'node:stream';
import { performance } from 'node:perf_hooks';

// Timers are late by some milliseconds, which is compensated for.
const GRAIN_MS = 10;

/**
 * The network link of a machine: all connections share its speed, and each direction has its own. (Toxiproxy limits each
 * connection separately.)
 *
 * @param {number} bytesPerSecond each way
 */
export function createLink(bytesPerSecond) {
  const lane = () => {
    let freeAtMs = 0;
    return () =>
      new Transform({
        transform(chunk, _encoding, done) {
          const nowMs = performance.now();
          freeAtMs = Math.max(nowMs - GRAIN_MS, freeAtMs) + (chunk.length / bytesPerSecond) * 1000;
          if (freeAtMs - nowMs < GRAIN_MS) done(null, chunk);
          else setTimeout(done, freeAtMs - nowMs, null, chunk);
        },
      });
  };
  return { up: lane(), down: lane() };
}
