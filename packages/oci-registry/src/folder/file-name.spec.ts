import fc from 'fast-check';

import { fromFileName, toFileName } from './file-name';

const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);

describe('file names', () => {
  it.each([
    ['latest', 'latest.json'],
    ['Latest', 'latest+1.json'],
    ['v1.RC', 'v1.rc+18.json'],
    ['con', '=con.json'],
    ['sha256:ab', 'sha256=ab.json'],
  ])('write %s as %s', (key, name) => {
    expect(toFileName(key)).toBe(name);
    expect(fromFileName(name)).toBe(key);
  });

  it('can be decoded to every tag', () => {
    fc.assert(fc.property(tag, (key) => fromFileName(toFileName(key)) === key));
  });

  it('never collide on a case-insensitive file system', () => {
    fc.assert(fc.property(tag, tag, (one, other) => one === other || toFileName(one).toLowerCase() !== toFileName(other).toLowerCase()));
  });

  it('are valid on every file system', () => {
    expect(toFileName('A'.repeat(128)).length).toBeLessThan(255);
  });

  it('ignore foreign files', () => {
    expect(fromFileName('.DS_Store')).toBeUndefined();
  });
});
