import { readEmulated } from './emulated-registry';

const read = (pattern: string) => readEmulated((name) => (name === 'profile' ? 'harbor' : name === 'immutable-tags' ? pattern : undefined));

describe('the immutable tags of an emulated registry', () => {
  it.each([
    ['v*', ['v1', 'v', 'v1.2.3'], ['1', 'rev1']],
    ['{v*,release-[0-9]}', ['v1', 'release-4'], ['release-x', 'latest']],
    ['v?.*', ['v1.0'], ['v10']],
  ])('are selected by a glob: %s', (pattern, kept, moving) => {
    const { settings, problems } = read(pattern);
    expect(problems).toEqual([]);
    expect([...kept, ...moving].map((tag) => settings.immutableTags?.test(tag))).toEqual([
      ...kept.map(() => true),
      ...moving.map(() => false),
    ]);
  });

  it.each(['^v', '(a+)+$', '\\d', 'v[9-1]', '{v', ''])('are not selected by a regular expression: %j', (pattern) => {
    expect(read(pattern).problems).toEqual([expect.stringContaining('is a glob such as v*')]);
  });

  it('are matched in a short time, whatever the pattern and the tag', () => {
    const startedAt = performance.now();
    expect(read(`${'*a'.repeat(60)}b`).settings.immutableTags?.test('a'.repeat(128))).toBe(false);
    expect(read('{*,?}'.repeat(12)).settings.immutableTags?.test('a'.repeat(128))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
