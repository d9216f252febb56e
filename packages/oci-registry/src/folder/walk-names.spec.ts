import fc from 'fast-check';

import { walkNames } from './walk-names';

const name = fc.array(fc.constantFrom('a', 'b', 'a-b', 'a.b', 'a_b', 'a0'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const start = fc.oneof(
  fc.constant(''),
  name,
  name.map((one) => `${one}\0`),
  fc.string({ maxLength: 4 }),
);

describe('a walk through names in folders', () => {
  it('meets them in the order of their bytes, from any name on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), start, async (leaves, from) => {
        const folders = new Set(leaves.flatMap((leaf) => leaf.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))));
        const listChildren = (parent: string): Promise<string[]> =>
          Promise.resolve(
            [...folders]
              .filter((one) => one.startsWith(parent) && !one.slice(parent.length).includes('/'))
              .map((one) => one.slice(parent.length)),
          );
        const met: string[] = [];
        for await (const one of walkNames(listChildren, from)) met.push(one);
        expect(met).toEqual([...folders].filter((one) => one >= from).sort());
      }),
    );
  });

  it('reads no folder whose names all come before, nor one that nobody got to', async () => {
    const read: string[] = [];
    const listChildren = (parent: string): Promise<string[]> => {
      read.push(parent);
      return Promise.resolve(parent === '' ? ['a', 'b', 'c', 'd'] : parent.length === 2 ? ['x', 'y'] : []);
    };
    for await (const one of walkNames(listChildren, 'b/y')) if (one === 'c') break;
    expect(read).toEqual(['', 'b/', 'b/y/']);
  });
});
