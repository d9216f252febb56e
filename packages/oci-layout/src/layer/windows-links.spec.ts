import { targetInImage } from './link-target';

jest.mock('node:path', () => jest.requireActual<{ win32: object }>('node:path').win32);

describe('a link of Windows', () => {
  it.each([
    [String.raw`..\lib\tool`, '../lib/tool'],
    // A junction names its whole target.
    [String.raw`C:\app\lib\tool`, '../lib/tool'],
    [String.raw`C:\app\bin`, '.'],
    [String.raw`C:\other\tool`, undefined],
    [String.raw`D:\app\lib\tool`, undefined],
  ])('to %s', (target, expected) => {
    expect(targetInImage(String.raw`C:\app`, String.raw`C:\app\bin\tool`, target)).toBe(expected);
  });
});
