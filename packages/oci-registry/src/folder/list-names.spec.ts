import fc from 'fast-check';

import { listNames } from './list-names';

const name = fc.array(fc.constantFrom('a', 'b', 'a-b', 'a.b', 'a_b', 'a0'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const start = fc.oneof(
  fc.constant(''),
  name,
  name.map((one) => `${one}\0`),
  fc.string({ maxLength: 4 }),
);

describe('names in folders', () => {
  it('are listed in the order of their bytes, from any name on, up to a limit', async () => {
    const limits = fc.constantFrom(Infinity, 0, 1, 2, 5);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), start, limits, async (leaves, from, limit) => {
        const folders = new Set(leaves.flatMap((leaf) => leaf.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))));
        const below = (parent: string) => [...folders].filter((one) => one.startsWith(parent)).map((one) => one.slice(parent.length));
        const listChildren = (parent: string) => Promise.resolve(below(parent).filter((one) => !one.includes('/')));
        const isListed = (one: string) => Promise.resolve(leaves.includes(one));
        const expected = leaves.filter((one) => one >= from).sort();
        expect(await listNames({ listChildren, isListed, from, limit })).toEqual(expected.slice(0, limit));
      }),
    );
  });

  it('are read no further than needed, and not at all in folders before the start', async () => {
    const read: string[] = [];
    const listChildren = (parent: string): Promise<string[]> => {
      read.push(parent);
      return Promise.resolve(parent === '' ? ['d', 'c', 'b', 'a'] : parent.length === 2 ? ['x', 'y'] : []);
    };
    const isListed = () => Promise.resolve(true);
    expect(await listNames({ listChildren, isListed, from: 'b/y', limit: 2 })).toEqual(['b/y', 'c']);
    expect(read).toEqual(['', 'b/', 'b/y/']);
  });
});
