import { setTimeout as wait } from 'node:timers/promises';

/** The clock for moving tags. The model of a registry has its own. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after so long. */
  deadline(ms: number): AbortSignal;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
  deadline: (ms) => AbortSignal.timeout(Math.ceil(ms)),
};
