import fc from 'fast-check';

import { explainTag } from './explain-tag';
import { findReleasePatterns } from './find-release-patterns';

const naming = (pattern?: string) => ({
  projectName: 'api',
  patterns: findReleasePatterns({ name: 'api', root: 'apps/api' }, pattern === undefined ? undefined : { releaseTag: { pattern } }),
});

describe('explainTag', () => {
  it.each<[string, string | undefined, string]>([
    ['3.59.0', undefined, 'to `{version}`'],
    ['V1.2.3', undefined, 'to `V{version}`'],
    ['v1.2.3', '{version}', 'to `v{version}`'],
    ['api-v1.2.3', undefined, 'to `{projectName}-v{version}`'],
    ['API@1.2.3', '{projectName}@{version}', 'to `API@{version}`'],
    ['v3.59', undefined, 'it has 2 parts, but a semantic version has three: tag the commit v3.59.0, pass --release=3.59.0, or'],
    ['v1.2.3.4', undefined, 'it has 4 parts'],
    ['v2026.01.05', undefined, '`01` starts with a zero, which semantic versions do not allow: tag the commit v2026.1.5'],
    ['2026.01', 'release/{version}', 'tag the commit release/2026.1.0'],
    ['api@1.02.3', '{projectName}@{version}', 'tag the commit api@1.2.3'],
  ])('explains for %s, with the pattern %s, which setting accepts it: %s', (tag, pattern, expected) => {
    expect(explainTag(tag, naming(pattern))?.why).toContain(expected);
  });

  it.each<[string, string | undefined]>([
    ['v1.2.3', undefined],
    ['api@1.2.3', undefined],
    ['web@1.2.3', undefined],
    ['nightly', undefined],
    ['v1', undefined],
    ['3.59.0', '{projectName}@{version}'],
    ['2026-backup', undefined],
    ['', undefined],
  ])('returns nothing for %s with the pattern %s', (tag, pattern) => {
    expect(explainTag(tag, naming(pattern))).toBeUndefined();
  });

  it('proposes a pattern that matches the tag', () => {
    const prefix = fc.constantFrom('', 'V', 'v', 'api-', 'api/v', 'API@');
    const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.'));
    const patterns = fc.constantFrom(undefined, '{version}', 'v{version}', 'release-{version}');
    fc.assert(
      fc.property(prefix, version, patterns, (before, number, pattern) => {
        const explained = explainTag(before + number, naming(pattern));
        if (explained === undefined) return;
        const [, proposed] = /to `([^`]+)`$/.exec(explained.why) ?? [];
        const [reader] = naming(proposed).patterns;
        expect(reader?.versionOf(before + number)).toBe(number);
      }),
    );
  });
});
