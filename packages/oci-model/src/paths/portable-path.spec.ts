import { isInside, portablePath } from './portable-path';

describe('paths', () => {
  it.each([
    ['/work', '/work/dist/images', 'dist/images', true],
    ['/work', '/work', '', true],
    ['/work', '/work/..data', '..data', true],
    ['/work', '/other', '../other', false],
    ['/work/a', '/work', '..', false],
    ['/work', '/work-2', '../work-2', false],
  ])('from %s to %s', (folder, path, way, inside) => {
    expect(portablePath(folder, path)).toBe(way);
    expect(isInside(folder, path)).toBe(inside);
  });
});
