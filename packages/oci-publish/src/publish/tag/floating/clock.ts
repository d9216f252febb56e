import { setTimeout as wait } from 'node:timers/promises';

/** Time, as far as moving tags needs it. A model of a registry has one of its own. */
export interface Clock {
  /** Milliseconds that never go back. */
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
