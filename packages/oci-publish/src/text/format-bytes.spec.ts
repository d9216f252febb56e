import { formatBytes } from './format-bytes';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [104_857_600, '105 MB'],
    [999_999_999, '1.0 GB'],
  ])('writes %d as %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));
});
