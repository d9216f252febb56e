import { setImmediate as nextRound } from 'node:timers/promises';

import fc from 'fast-check';

import { BuildTurns } from './build-turns';

/** Lets everything happen that needs nothing from outside. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await nextRound();
}

describe('the turns of builds', () => {
  it('let as many work at the same time as allowed, and each of them once', async () => {
    const sizes = fc.record({ most: fc.integer({ min: 1, max: 4 }), count: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ most, count }) => {
        const turns = new BuildTurns(most);
        let [working, highest, done] = [0, 0, 0];
        const build = () =>
          turns.announce().run(async () => {
            highest = Math.max(highest, ++working);
            await nextRound();
            working--;
            done++;
          });
        await Promise.all(Array.from({ length: count }, build));
        expect({ highest, done }).toEqual({ highest: Math.min(most, count), done: count });
      }),
    );
  });

  it('bring together all that was announced, also if fewer may work at the same time, except what leaves or fails', async () => {
    const kinds = fc.array(fc.constantFrom('meets', 'leaves', 'fails', 'never runs'), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 3 }), async (builds, most) => {
        const turns = new BuildTurns(most);
        const met: number[] = [];
        let waiting = 0;
        const results = builds.map(async (kind) => {
          const turn = turns.announce();
          await nextRound();
          if (kind === 'never runs') {
            turn.leave();
            return;
          }
          await turn.run(async () => {
            await nextRound();
            if (kind === 'fails') throw new Error('failed');
            if (kind === 'leaves') turn.leave();
            else {
              waiting++;
              await turn.meet(() => Promise.resolve(met.push(waiting)));
            }
          });
        });
        await Promise.allSettled(results);
        const together = builds.filter((kind) => kind === 'meets').length;
        expect(met).toEqual(Array.from({ length: together }, () => together));
      }),
    );
  });

  it('do not let a build wait for those that have met before', async () => {
    const turns = new BuildTurns(1);
    const events: string[] = [];
    const first = turns.announce();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const baking = first.run(() => first.meet(() => held));
    await settle();
    const second = turns.announce();
    await second.run(() => second.meet(() => Promise.resolve(events.push('met'))));
    expect(events).toEqual(['met']);
    release();
    await baking;
  });
});
