import { Readable } from 'node:stream';

import { mapSideBySide } from './map-side-by-side';

it('work that fails while an earlier item is still worked on ends the results with its error, and is never unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  let finishFirst = (): void => undefined;
  const first = new Promise<void>((resolve) => (finishFirst = resolve));
  const results: number[] = [];
  const reading = (async () => {
    for await (const result of mapSideBySide<number, number>(Readable.from([0, 1]), async (item) => {
      if (item === 1) throw new Error('the second');
      await first;
      return item;
    })) {
      results.push(result);
    }
  })();
  // Node reports a rejection that is not handled before the next turn.
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  finishFirst();
  await expect(reading).rejects.toThrow('the second');
  process.off('unhandledRejection', note);
  expect(results).toEqual([0]);
  expect(unhandled).toEqual([]);
});
