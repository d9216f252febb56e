import fc from 'fast-check';

import { EVENTS } from '../ci/facts/ci-facts';
import { computeTags, type TagFacts, type RequestedTag } from './compute-tags';
import { readTagRules } from './rules/read-tag-rules';
import { isTag } from './grammar/tag-grammar';

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

function facts(changes: Partial<TagFacts> = {}): TagFacts {
  return {
    projectName: '@acme/api',
    commit: COMMIT,
    commitTime: '2026-01-31T22:30:00Z',
    isDirty: false,
    branch: 'main',
    defaultBranch: 'main',
    isOnDefaultBranch: true,
    gitTags: [],
    event: 'push',
    pullRequest: undefined,
    version: { release: undefined, line: undefined, reason: 'no release tag yet' },
    contentHash: '0123456789abcdef'.repeat(4),
    nowMs: Date.parse('2026-03-01T12:34:56Z'),
    env: { FLAVOUR: 'alpine/3.20', EMPTY: '' },
    ...changes,
  };
}

const released = (version: string) => ({ version: { release: version, line: version, reason: 'git tag at HEAD' } });
const onLine = (line: string) => ({ version: { release: undefined, line, reason: 'nearest git tag' } });
const onBranch = (branch: string) => ({ branch, isOnDefaultBranch: false });
const pullRequest = (number: string) => ({ event: 'pullRequest', ...onBranch('feat/x'), pullRequest: { number, isFork: false } }) as const;

// Within the repository, from the default branch into another one.
const fromDefaultBranch = {
  event: 'pullRequest',
  branch: 'main',
  isOnDefaultBranch: false,
  pullRequest: { number: '12', isFork: false, targetBranch: 'release/1' },
} as const;

function compute(written: unknown, changes: Partial<TagFacts> = {}) {
  const { rules, problems } = readTagRules([written].flat(), 'v');
  expect(problems).toEqual([]);
  return computeTags(rules, facts(changes));
}

/** `tag`, with `~` before it if it floats. */
const show = ({ tag, isFloating }: RequestedTag) => (isFloating ? `~${tag}` : tag);
const tagsOf = (written: unknown, changes?: Partial<TagFacts>) => compute(written, changes).tags.map(show);
const reasonOf = (written: unknown, changes?: Partial<TagFacts>) => compute(written, changes).skipped.map(({ reason }) => reason);

describe('computeTags', () => {
  it.each<[string, unknown, Partial<TagFacts>, string]>([
    ['a commit', 'sha', {}, 'a1b2c3d'],
    ['a commit of any length', { rule: 'sha', length: 40, prefix: 'sha-' }, {}, `sha-${COMMIT}`],
    ['uncommitted changes, which may change again', 'sha', { isDirty: true }, '~a1b2c3d-dirty'],
    ['a commit that moves by wish', { rule: 'sha', floating: true }, {}, '~a1b2c3d'],
    ['a release', 'version', released('1.2.3'), 'v1.2.3'],
    ['a pre-release', 'version', released('2.0.0-rc.1'), 'v2.0.0-rc.1'],
    ['build metadata in letters that tags know', 'version', released('1.2.3+build.5'), 'v1.2.3_build.5'],
    ['a minor line', 'minor', onLine('1.10.2'), '~v1.10'],
    ['a major line without v', { rule: 'major', prefix: '' }, onLine('1.10.2'), '~1'],
    ['a flavour of a line', { rule: 'minor', suffix: '-alpine' }, onLine('1.10.2'), '~v1.10-alpine'],
    ['v0 for who asks', { rule: 'major', allowZero: true }, onLine('0.4.1'), '~v0'],
    ['0.4, which is a minor line', 'minor', onLine('0.4.1'), '~v0.4'],
    ['latest', 'latest', {}, '~latest'],
    ['edge on the default branch', 'edge', {}, '~edge'],
    ['a branch in the letters of tags', 'branch', onBranch('feat/Größe #1'), '~feat-Gr-e-1'],
    ['a branch that starts with a dot', 'branch', onBranch('.github/x'), '~github-x'],
    ['a pull request', 'pr', pullRequest('7'), '~pr-7'],
    ['the content', 'hash', {}, '0123456789ab'],
    ['a day, which comes again', 'date', {}, '~20260301'],
    ['a moment, which does not', { rule: 'date', format: 'YYYYMMDD-HHmmss' }, {}, '20260301-123456'],
    ['the hour alone, which comes again', { rule: 'date', format: 'YYYYMMDD[h]HH' }, {}, '~20260301h12'],
    ['a day of the commit elsewhere', { rule: 'date', of: 'commit', timeZone: 'Europe/Berlin' }, {}, '~20260131'],
    ['a day of the commit further east', { rule: 'date', of: 'commit', timeZone: 'Asia/Tokyo' }, {}, '~20260201'],
    ['a part of the git tag', { rule: 'match', pattern: '^api/v(.+)$', group: 1 }, { gitTags: ['api/v1.2'] }, '~1.2'],
    ['a named part', { rule: 'match', pattern: '^v(?<n>\\d+)', group: 'n' }, { gitTags: ['v12.x'] }, '~12'],
    ['the first git tag that matches', { rule: 'match', pattern: '^b', floating: false }, { gitTags: ['a1', 'b'] }, 'b'],
    ['a channel', 'beta', released('2.0.0-beta.4'), '~beta'],
    ['next, for any pre-release', 'next', released('2.0.0-beta.4'), '~next'],
    ['a channel that stable releases take', { rule: 'channel', name: 'canary', stable: true }, released('2.0.0'), '~canary'],
    ['a literal', 'nightly', {}, '~nightly'],
    ['a literal that never moves', { literal: 'gold', floating: false }, {}, 'gold'],
    ['a template', '{branch}-{shortSha}', onBranch('feat/x'), 'feat-x-a1b2c3d'],
    ['a template of uncommitted changes', '{branch}-{sha:12}', { isDirty: true }, '~main-a1b2c3d4e5f6-dirty'],
    ['a template of a variable', '{projectName}-{env.FLAVOUR}', {}, '~acme-api-alpine-3.20'],
    ['a template of a release', '{version}-{date:YYYY}', released('1.2.3+b'), '1.2.3_b-2026'],
    ['a template of a line', '{major}.{minor}-x', onLine('1.2.3'), '~1.2-x'],
    ['a template of a date with time', 'n-{commitDate:YYMMDDHHmm}', {}, 'n-2601312230'],
    ['the git tag itself', '{gitTag}', { gitTags: ['release/7'] }, 'release-7'],
    [
      'the target of a pull request',
      '{targetBranch}-{pr}',
      { ...pullRequest('7'), pullRequest: { number: '7', isFork: false, targetBranch: 'main' } },
      '~main-7',
    ],
  ])('gives %s', (_, written, changes, expected) => expect(tagsOf(written, changes)).toEqual([expected]));

  it.each<[unknown, Partial<TagFacts>, string]>([
    ['version', onLine('1.2.3'), 'not a release'],
    ['major', {}, 'no release tag yet'],
    ['major', onLine('0.4.1'), 'no stable major version'],
    ['minor', onLine('0.0.3'), 'no stable minor version'],
    ['minor', released('2.0.0-rc.1'), 'is a pre-release'],
    ['latest', released('2.0.0-rc.1'), 'is a pre-release'],
    ['beta', released('2.0.0-rc.1'), 'is not a `beta` pre-release'],
    ['next', released('2.0.0'), 'is not a pre-release'],
    ['next', {}, 'not a release'],
    ['edge', onBranch('feat/x'), 'only on the default branch main, but this is feat/x'],
    ['branch', { branch: undefined }, 'HEAD is detached'],
    ['branch', pullRequest('7'), 'which the rule `pr` names'],
    ['edge', { event: 'tag', gitTags: ['v1.2.3'] }, 'only on the default branch main, but this is a git tag'],
    [{ literal: 'x', when: { branch: '{defaultBranch}' } }, fromDefaultBranch, 'only on branch main, but this is a pull request'],
    [{ literal: 'x', when: { branch: '!dev', event: '!push' } }, fromDefaultBranch, 'this is a pull request'],
    ['{branch}', fromDefaultBranch, 'this is a pull request, and the tag would be that of its branch'],
    ['branch', onBranch('---'), 'no characters that a tag may contain'],
    [{ rule: 'branch', prefix: 'x'.repeat(80), suffix: 'y'.repeat(80) }, {}, 'none fits between `prefix` and `suffix`'],
    ['pr', {}, 'not a pull request'],
    ['hash', { contentHash: undefined }, 'no digest depends on the content alone'],
    [{ rule: 'match', pattern: '^v' }, {}, 'no git tag is at HEAD'],
    [{ rule: 'match', pattern: '^v' }, { gitTags: ['x'] }, 'x does not match ^v'],
    [{ rule: 'match', pattern: '^v(-?)', group: 1 }, { gitTags: ['v1'] }, 'group 1 of the pattern is empty'],
    ['{env.EMPTY}', {}, 'the variable EMPTY is not set'],
    ['{version}-x', onLine('1.2.3'), 'not a release'],
    [{ literal: 'x', when: { branch: 'release/*' } }, {}, 'only on branch release/*, but this is main'],
    [{ literal: 'x', when: { event: 'schedule' } }, {}, 'only for schedule, but this is push'],
    [{ literal: 'x', when: { tag: 'v*' } }, {}, 'only on git tag v*, but this commit has none'],
    [{ literal: 'x', when: { branch: '!{defaultBranch}' } }, {}, 'only on branch !main'],
  ])('skips %j with a reason', (written, changes, reason) => {
    expect(tagsOf(written, changes)).toEqual([]);
    expect(reasonOf(written, changes)).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[unknown, Partial<TagFacts>, string]>([
    [{ literal: 'x', when: { branch: 'release/*' } }, onBranch('release/1'), '~x'],
    [{ literal: 'x', when: { branch: '/^(main|dev)$/' } }, {}, '~x'],
    [{ literal: 'x', when: { branch: '{defaultBranch}' } }, {}, '~x'],
    [{ literal: 'x', when: { branch: ['**', '!dev'], event: ['push', 'manual'] } }, {}, '~x'],
    [{ literal: 'x', when: { branch: 'main', event: ['push', 'pullRequest'] } }, fromDefaultBranch, '~x'],
    ['{branch}-{pr}', fromDefaultBranch, '~main-12'],
    ['{branch}-{shortSha}', fromDefaultBranch, 'main-a1b2c3d'],
    [{ rule: 'date', when: { event: 'schedule' } }, { event: 'schedule' }, '~20260301'],
  ])('applies %j', (written, changes, expected) => expect(tagsOf(written, changes)).toEqual([expected]));

  it('is not slow for a text with thousands of dashes', () => {
    const MESSAGE = `title${'-'.repeat(300_000)}text`;
    const startedMs = performance.now();
    expect(tagsOf('{env.MESSAGE}', { env: { MESSAGE } })).toEqual([expect.stringMatching(/^~title-+[0-9a-f]{8}$/)]);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('excludes a name if a pattern takes too long for it', () => {
    const endless = '/^(a+)+$/';
    const branch = onBranch(`${'a'.repeat(60)}!`);
    expect(reasonOf({ literal: 'x', when: { branch: `!${endless}` } }, branch)).toEqual([expect.stringContaining('only on branch')]);
    expect(reasonOf({ literal: 'x', when: { branch: endless } }, branch)).toEqual([expect.stringContaining('only on branch')]);
    const gitTags = [`${'a'.repeat(60)}!`];
    expect(reasonOf({ rule: 'match', pattern: '^(a+)+$' }, { gitTags })).toEqual([expect.stringContaining('the pattern takes too long')]);
  });

  it('gives each tag once, immutable if any rule makes it so', () => {
    for (const both of [
      ['v1.2.3', 'version'],
      ['version', 'v1.2.3'],
    ]) {
      expect(compute(both, released('1.2.3')).tags).toEqual([expect.objectContaining({ tag: 'v1.2.3', isFloating: false })]);
    }
  });

  it('distinguishes long branch names', () => {
    const long = 'feature/'.padEnd(200, 'x');
    const [one, other] = [long, `${long}y`].map((branch) => compute('branch', onBranch(branch)).tags[0]?.tag);
    expect(one).toHaveLength(128);
    expect(one).not.toBe(other);
  });

  describe('the scope of a floating tag', () => {
    const guardOf = (written: unknown, changes?: Partial<TagFacts>) => compute(written, changes).tags[0]?.guard;

    it.each<[unknown, Partial<TagFacts>, string | undefined]>([
      ['latest', {}, 'defaultBranch'],
      ['nightly', {}, 'defaultBranch'],
      ['branch', onBranch('feat/x'), 'cleanTree'],
      ['pr', pullRequest('7'), 'cleanTree'],
      ['sha', { isDirty: true }, 'none'],
      ['sha', {}, undefined],
      // A branch may have such a name, which looks like a release.
      ['branch', onBranch('latest'), 'defaultBranch'],
      ['branch', onBranch('v1'), 'defaultBranch'],
      [{ literal: 'dev', when: { branch: 'develop' } }, onBranch('develop'), 'cleanTree'],
      [{ literal: 'dev', when: { event: 'push' } }, onBranch('develop'), 'defaultBranch'],
      [['branch', 'main'], {}, 'defaultBranch'],
    ])('%j', (written, changes, guard) => expect(guardOf(written, changes)).toBe(guard));
  });

  it('gives a valid tag or a reason for every rule', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    const affix = fc.stringMatching(/^[\w.-]{0,60}$/);
    const version = fc
      .tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.constantFrom('', '-rc.1', '+b.2', '-beta.1+x'))
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
    const words = ['sha', 'version', 'minor', 'major', 'latest', 'edge', 'branch', 'pr', 'hash', 'date', 'next', 'beta'];
    const rule = fc.oneof(
      fc.record({ rule: fc.constantFrom(...words), prefix: affix, suffix: affix }),
      fc.record({ rule: fc.constant('match'), pattern: fc.constantFrom('.*', '^(.)', '\\d+'), prefix: affix }),
      fc.record({ template: fc.constantFrom('{branch}', '{branch}-{shortSha}', '{env.X}{gitTag}', '-{pr}'), suffix: affix }),
      fc.record({ literal: fc.constantFrom('x', 'a'.repeat(128)), prefix: affix }),
    );
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        version,
        fc.record({ branch: text, tag: text, env: text, isDirty: fc.boolean(), event: fc.constantFrom(...EVENTS) }),
        (written, release, given) => {
          const changes = { ...released(release), ...given, gitTags: [given.tag], env: { X: given.env } };
          const { tags, skipped } = compute(written, { ...changes, pullRequest: { number: '7', isFork: false } });
          for (const { tag } of tags) expect(isTag(tag)).toBe(true);
          expect(tags.length + skipped.length).toBeLessThanOrEqual(written.length);
          expect(tags.length + skipped.length).toBeGreaterThan(0);
          expect(skipped.every(({ reason }) => reason !== '')).toBe(true);
          if (given.isDirty) expect(tags.filter(({ tag }) => tag.includes('-dirty')).every(({ isFloating }) => isFloating)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
