import { setTimeout as sleep } from 'node:timers/promises';

import pLimit from 'p-limit';

/** The queue in front of one registry host. All requests of a run to that host pass through the same one. */
export interface HostGate {
  /** Runs `request` when a place is free and the host is not paused. */
  pass<T>(request: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Lets nobody new in for a while, and fewer at a time afterwards; a rate limit is the host's, not one request's. */
  pause(durationMs: number): void;
}

/** @param concurrency requests that may be under way at the same time. */
export function createHostGate(concurrency: number): HostGate {
  const limit = pLimit(concurrency);
  let openAtMs = 0;
  return {
    pass: (request, signal) =>
      limit(async () => {
        await waitUntil(() => openAtMs, signal);
        signal?.throwIfAborted();
        const result = await request();
        // Additive recovery: one more place for each request that came through.
        if (limit.concurrency < concurrency && performance.now() > openAtMs) limit.concurrency += 1;
        return result;
      }),
    pause(durationMs) {
      const now = performance.now();
      // Requests that were under way together are told off together: that is one limit, not many.
      if (now >= openAtMs) limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
      openAtMs = Math.max(openAtMs, now + durationMs);
    },
  };
}

// A pause may grow while we wait for its end.
async function waitUntil(readOpenAtMs: () => number, signal: AbortSignal | undefined): Promise<void> {
  for (let waitMs = readOpenAtMs() - performance.now(); waitMs > 0; waitMs = readOpenAtMs() - performance.now()) {
    await sleep(Math.ceil(waitMs), undefined, { signal });
  }
}
