import { formatBytes } from './format-bytes';
import { renderTable } from './render-table';

describe('renderTable', () => {
  it('aligns columns and does not count colours', () => {
    expect(
      renderTable([
        ['a', 'bb'],
        ['\u001b[1mccc\u001b[22m', 'd'],
      ]),
    ).toBe('a    bb\n\u001b[1mccc\u001b[22m  d');
  });
});

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
