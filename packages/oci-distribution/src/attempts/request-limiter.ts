import { setTimeout as sleep } from 'node:timers/promises';

import pLimit from 'p-limit';

/** Limits the parallel requests to one registry host. All requests of a run to that host share it. */
export interface RequestLimiter {
  /** Runs `request` once a slot is free and the host is not paused. */
  run<T>(request: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Starts no request for a while, and fewer in parallel afterwards; a rate limit applies to the host, not to one request. */
  pause(durationMs: number): void;
}

/** @param concurrency the maximum number of parallel requests. */
export function createRequestLimiter(concurrency: number): RequestLimiter {
  const limit = pLimit(concurrency);
  let openAtMs = 0;
  return {
    run: (request, signal) =>
      limit(async () => {
        await waitUntil(() => openAtMs, signal);
        signal?.throwIfAborted();
        const result = await request();
        // Additive recovery: one more slot for each successful request.
        if (limit.concurrency < concurrency && performance.now() > openAtMs) limit.concurrency += 1;
        return result;
      }),
    pause(durationMs) {
      const now = performance.now();
      // Parallel requests hit the same rate limit together: that counts once.
      if (now >= openAtMs) limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
      openAtMs = Math.max(openAtMs, now + durationMs);
    },
  };
}

// A pause may be extended while we wait for its end.
async function waitUntil(readOpenAtMs: () => number, signal: AbortSignal | undefined): Promise<void> {
  for (let waitMs = readOpenAtMs() - performance.now(); waitMs > 0; waitMs = readOpenAtMs() - performance.now()) {
    await sleep(Math.ceil(waitMs), undefined, { signal });
  }
}
