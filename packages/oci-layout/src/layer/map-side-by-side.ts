import { availableParallelism } from 'node:os';

// Node works on four threads unless told otherwise; one is left for reading and writing files.
const MOST = 3;

/** Starts work on several items at once, one a core and three at most, and gives the results in the order of the items. */
export async function* mapSideBySide<Item, Result>(
  items: AsyncIterable<Item>,
  start: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const limit = Math.min(availableParallelism(), MOST);
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const work = start(item);
      // Its failure is thrown in its turn; until then it must not end the process as one that nothing handles.
      work.catch(() => undefined);
      running.push(work);
      if (running.length > limit) yield await takeFirst(running);
    }
    while (running.length > 0) yield await takeFirst(running);
  } finally {
    // Where the reader has stopped early, nobody waits for the rest.
    await Promise.allSettled(running);
  }
}

function takeFirst<Result>(running: Promise<Result>[]): Promise<Result> {
  return running.shift() as Promise<Result>;
}
