/** Runs a task as soon as fewer than the allowed number are running; tasks start in the order in which they were added. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** @param concurrency how many tasks may run at once, at least 1. */
export function limitParallel(concurrency: number): Limit {
  const waiting: (() => void)[] = [];
  let free = Math.max(1, concurrency);

  const enter = (): Promise<void> | undefined => {
    if (free === 0) return new Promise((resolve) => waiting.push(resolve));
    free--;
    return undefined;
  };

  const leave = (): void => {
    const next = waiting.shift();
    // The slot goes straight to the next waiting task, so that a newly added one cannot overtake it.
    if (next === undefined) free++;
    else next();
  };

  return async (task) => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
