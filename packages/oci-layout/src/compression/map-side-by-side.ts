import { availableParallelism } from 'node:os';

// Node has four threads by default; one is left for reading and writing files.
const MOST = 3;

/** Works on several items in parallel, one for each core and three at most, and yields the results in the order of the items. */
export async function* mapSideBySide<Item, Result>(
  items: AsyncIterable<Item>,
  start: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const limit = Math.min(availableParallelism(), MOST);
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const work = start(item);
      // Thrown below, when its turn comes; until then, it must not end the process as an unhandled rejection.
      work.catch(() => undefined);
      running.push(work);
      if (running.length > limit) yield await takeFirst(running);
    }
    while (running.length > 0) yield await takeFirst(running);
  } finally {
    // If the reader stops early, the remaining results are not needed.
    await Promise.allSettled(running);
  }
}

function takeFirst<Result>(running: Promise<Result>[]): Promise<Result> {
  return running.shift() as Promise<Result>;
}
