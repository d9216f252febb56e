import { formatSize } from './format-size';

it.each([
  [1_300_000, '48.2 MB (+1.3 MB)'],
  [-1_300_000, '48.2 MB (-1.3 MB)'],
  [0, '48.2 MB (same size)'],
  ['new' as const, '48.2 MB (new)'],
  ['unknown' as const, '48.2 MB (growth unknown)'],
  [undefined, '48.2 MB'],
])('shows a size with what it grew: %s', (change, shown) => expect(formatSize(48_200_000, change)).toBe(shown));
