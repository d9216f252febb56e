import vm from 'node:vm';

import { describePatternProblem, matchBounded } from './bounded-regex';

describe('matchBounded', () => {
  it('finds groups by number and by name', () => {
    expect(matchBounded('^v(?<major>\\d+)(-x)?', 'v12')).toEqual({ groups: ['v12', '12', undefined], named: { major: '12' } });
    expect(matchBounded('^v', 'x')).toBeUndefined();
  });

  it('reads names up to the length that git accepts, and refuses very long patterns', () => {
    expect(matchBounded('z$', `${'a'.repeat(1024)}z`)).toBeUndefined();
    expect(describePatternProblem('a'.repeat(501))).toBe('it is longer than 500 characters');
    expect(describePatternProblem('a'.repeat(500))).toBeUndefined();
  });

  it('aborts a pattern that would never end', () => {
    expect(matchBounded('^(a+)+$', `${'a'.repeat(60)}!`)).toBe('timeout');
  }, 60_000);

  it('matches the same pattern and name once for any number of images', () => {
    const asked = jest.spyOn(vm, 'createContext');
    const ask = (): unknown => matchBounded('^release/(.+)$', 'release/2.x');
    expect([ask(), ask()]).toEqual(Array(2).fill({ groups: ['release/2.x', '2.x'], named: {} }));
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });
});
