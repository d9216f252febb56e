import { Transform } from 'node:stream';
import { performance } from 'node:perf_hooks';

// Timers are late by some milliseconds; what was lost that way is made up for.
const GRAIN_MS = 10;

/**
 * The line between a machine and everything else: what travels one way shares its speed, whatever connection it is in, and
 * does not slow down the other way. (Toxiproxy gives its speed to each connection.)
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
