import { setTimeout as wait } from 'node:timers/promises';

import { limitParallel } from './limit-parallel';
import { fc } from '../testing/fast-check';

describe('limitParallel', () => {
  it('runs all tasks in order, as many at once as allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
        async (concurrency, delays) => {
          const limit = limitParallel(concurrency);
          const started: number[] = [];
          let running = 0;
          let most = 0;
          const tasks = delays.map((delayMs, position) =>
            limit(async () => {
              started.push(position);
              most = Math.max(most, ++running);
              await wait(delayMs);
              running--;
              return position;
            }),
          );
          expect(await Promise.all(tasks)).toEqual([...delays.keys()]);
          expect(started).toEqual([...delays.keys()]);
          expect(most).toBe(Math.min(concurrency, delays.length));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not let late tasks overtake waiting ones', async () => {
    const limit = limitParallel(2);
    let running = 0;
    let most = 0;
    const work = (): Promise<void> =>
      limit(async () => {
        most = Math.max(most, ++running);
        await wait(2);
        running--;
      });
    const first = [work(), work(), work(), work()];
    await Promise.race(first);
    await Promise.all([...first, work(), work(), work()]);
    expect(most).toBe(2);
  });

  it('starts the next task when one fails', async () => {
    const limit = limitParallel(1);
    const failing = limit(() => Promise.reject(new Error('no')));
    const next = limit(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
