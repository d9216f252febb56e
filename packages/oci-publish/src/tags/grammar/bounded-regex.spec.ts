import vm from 'node:vm';

import { describePatternProblem, matchBounded } from './bounded-regex';

describe('matchBounded', () => {
  it('finds groups by number and by name', () => {
    expect(matchBounded('^v(?<major>\\d+)(-x)?', 'v12')).toEqual({ groups: ['v12', '12', undefined], named: { major: '12' } });
    expect(matchBounded('^v', 'x')).toBeUndefined();
  });

  it('reads no more of a name than git accepts, and refuses very long patterns', () => {
    expect(matchBounded('z$', `${'a'.repeat(1024)}z`)).toBeUndefined();
    expect(describePatternProblem('a'.repeat(501))).toBe('it is longer than 500 characters');
    expect(describePatternProblem('a'.repeat(500))).toBeUndefined();
  });

  it('gives up a pattern that would go on for ever', () => {
    expect(matchBounded('^(a+)+$', `${'a'.repeat(60)}!`)).toBe('timeout');
  }, 60_000);

  it('asks the same of the same name once, however many images want to know', () => {
    const asked = jest.spyOn(vm, 'createContext');
    const ask = (): unknown => matchBounded('^release/(.+)$', 'release/2.x');
    expect([ask(), ask()]).toEqual(Array(2).fill({ groups: ['release/2.x', '2.x'], named: {} }));
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });
});
