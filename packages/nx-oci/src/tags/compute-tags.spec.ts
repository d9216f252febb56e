import fc from 'fast-check';

import { computeTags, type TagFacts } from './compute-tags';
import { RULE_NAMES, type RuleName, type TagRule } from './tag-rule';

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const NO_VERSION = { release: undefined, line: undefined, reason: 'no version: no release tag yet' };

const facts = (more: Partial<TagFacts> = {}): TagFacts => ({ commit: COMMIT, isDirty: false, version: NO_VERSION, ...more });
const released = (version: string) => facts({ version: { release: version, line: version, reason: '--release' } });
const rules = (...names: RuleName[]): TagRule[] =>
  names.map((name) => ({ kind: 'rule', name, prefix: name === 'sha' || name === 'latest' ? '' : 'v' }));
const namesOf = (...args: Parameters<typeof computeTags>) => computeTags(...args).tags.map(({ tag }) => tag);

describe('computeTags', () => {
  it('gives a release its exact version, its lines, its commit and latest', () => {
    expect(namesOf(rules('sha', 'version', 'minor', 'major', 'latest'), released('1.2.3'))).toEqual([
      'a1b2c3d',
      'v1.2.3',
      'v1.2',
      'v1',
      'latest',
    ]);
  });

  it('calls commit and exact version immutable, everything else floating', () => {
    const { tags } = computeTags([...rules('sha', 'version', 'major', 'latest'), { kind: 'literal', tag: 'stable' }], released('1.2.3'));
    expect(tags.map(({ isFloating }) => isFloating)).toEqual([false, false, true, true, true]);
  });

  it('gives the exact version only to a release, and says why not', () => {
    const { tags, skipped } = computeTags(
      rules('version', 'major'),
      facts({ version: { release: undefined, line: '1.4.0', reason: 'nearest git tag' } }),
    );
    expect(tags.map(({ tag }) => tag)).toEqual(['v1']);
    expect(skipped).toEqual([{ rule: 'version', reason: expect.stringContaining('not a release') }]);
  });

  it('never makes an empty tag where there is no version', () => {
    const { tags, skipped } = computeTags(rules('version', 'minor', 'major'), facts());
    expect(tags).toEqual([]);
    expect(skipped).toHaveLength(3);
  });

  it('names uncommitted changes, and lets that name move', () => {
    expect(computeTags(rules('sha'), facts({ isDirty: true })).tags).toEqual([
      { tag: 'a1b2c3d-dirty', rule: 'sha', isFloating: true, scope: 'commit' },
    ]);
  });

  it('keeps pre-releases off latest and off the lines', () => {
    expect(namesOf(rules('version', 'minor', 'major', 'latest'), released('2.0.0-rc.1'))).toEqual(['v2.0.0-rc.1']);
  });

  it('has no v0, which would promise what semver does not', () => {
    expect(namesOf(rules('minor', 'major'), released('0.4.1'))).toEqual(['v0.4']);
  });

  it('writes build metadata in letters that tags know', () => {
    expect(namesOf(rules('version'), released('1.2.3+build.5'))).toEqual(['v1.2.3_build.5']);
  });

  it('gives each tag once, immutable if any rule says so', () => {
    const literal: TagRule = { kind: 'literal', tag: 'v1.2.3' };
    for (const both of [
      [literal, ...rules('version')],
      [...rules('version'), literal],
    ]) {
      expect(computeTags(both, released('1.2.3')).tags).toEqual([{ tag: 'v1.2.3', rule: 'version', isFloating: false, scope: 'commit' }]);
    }
  });

  it('answers for every rule, with a valid tag or a reason', () => {
    const version = fc
      .tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.constantFrom('', '-rc.1', '+b.2'))
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
    fc.assert(
      fc.property(fc.subarray([...RULE_NAMES]), version, fc.boolean(), (names, text, isDirty) => {
        const { tags, skipped } = computeTags(rules(...names), { ...released(text), isDirty });
        expect(tags.length + skipped.length).toBe(names.length);
        for (const { tag } of tags) expect(tag).toMatch(/^\w[\w.-]{0,127}$/);
      }),
    );
  });
});
