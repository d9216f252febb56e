import { formatDuration } from './format-duration';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [1, '1 s'],
    [8000, '8 s'],
    [99_000, '99 s'],
    [100_000, '2 min'],
    [3_540_000, '59 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ])('writes %d ms as %s', (ms, expected) => expect(formatDuration(ms)).toBe(expected));
});
