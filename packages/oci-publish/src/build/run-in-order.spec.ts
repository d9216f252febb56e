import { runInOrder } from './run-in-order';

describe('runInOrder', () => {
  const run = async (dependencies: Readonly<Record<string, readonly string[]>>, failing: readonly string[] = [], limit = 2) => {
    const log: string[] = [];
    let atOnce = 0;
    let most = 0;
    const results = await runInOrder({
      ids: Object.keys(dependencies),
      dependenciesOf: (id) => dependencies[id] ?? [],
      run: async (id) => {
        most = Math.max(most, ++atOnce);
        log.push(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
        atOnce--;
        return failing.includes(id) ? 'failed' : 'built';
      },
      isSuccess: (result) => result === 'built',
      skip: () => 'skipped',
      limit,
    });
    return { log, most, results: Object.fromEntries(results) };
  };

  it('runs dependencies first, whatever the order of the list', async () => {
    const { log, results } = await run({ top: ['middle'], middle: ['bottom'], bottom: [] });
    expect(log).toEqual(['bottom', 'middle', 'top']);
    expect(results).toEqual({ top: 'built', middle: 'built', bottom: 'built' });
  });

  it('skips only tasks that depend on a failed one', async () => {
    const { log, results } = await run({ top: ['middle'], middle: ['bottom'], bottom: [], other: [] }, ['bottom']);
    expect(results).toEqual({ top: 'skipped', middle: 'skipped', bottom: 'failed', other: 'built' });
    expect(log.sort()).toEqual(['bottom', 'other']);
  });

  it('runs in parallel up to the limit', async () => {
    expect((await run({ a: [], b: [], c: [], d: [] })).most).toBe(2);
  });

  it('does not wait for tasks outside the batch', async () => {
    expect((await run({ a: ['a:build'] })).results).toEqual({ a: 'built' });
  });
});
