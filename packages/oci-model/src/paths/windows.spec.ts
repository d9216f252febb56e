import { win32 } from 'node:path';

import { isInside, portablePath } from './portable-path';

jest.mock('node:path', () => jest.requireActual<{ win32: object }>('node:path').win32);

describe('paths on Windows', () => {
  it.each([
    [String.raw`C:\work`, String.raw`C:\work\dist\images`, 'dist/images', true],
    [String.raw`C:\work`, String.raw`c:\WORK\dist`, 'dist', true],
    [String.raw`C:\work`, String.raw`C:\other\a`, '../other/a', false],
    [String.raw`C:\work`, String.raw`D:\work\a`, 'D:/work/a', false],
    [String.raw`\\host\share\work`, String.raw`\\host\share\work\a\b`, 'a/b', true],
  ])('from %s to %s', (folder, path, way, inside) => {
    expect(portablePath(folder, path)).toBe(way);
    expect(isInside(folder, path)).toBe(inside);
  });

  it('are those of the module under test', () => expect(win32.sep).toBe('\\'));
});
