import { findReleasePatterns, type ReleaseConfiguration } from './find-release-patterns';

const project = { name: '@acme/api', root: 'apps/api', tags: ['scope:shop'] };
const textsOf = (release?: ReleaseConfiguration) => findReleasePatterns(project, release).map(({ text }) => text);

describe('findReleasePatterns', () => {
  it.each<[string, ReleaseConfiguration | undefined, string[]]>([
    ['nothing', undefined, ['{projectName}@{version}', 'v{version}']],
    ['fixed projects', {}, ['v{version}']],
    ['independent ones', { projectsRelationship: 'independent' }, ['{projectName}@{version}']],
    ['a pattern', { releaseTag: { pattern: 'rel-{version}' } }, ['rel-{version}']],
    ['a pattern of Nx 22', { releaseTagPattern: 'rel-{version}' }, ['rel-{version}']],
    ['a pattern without version', { releaseTag: { pattern: 'rel' } }, []],
    ['a group', { groups: { shop: { projects: ['tag:scope:*'] } } }, ['{releaseGroupName}-v{version}']],
    ['a pattern of a group', { groups: { shop: { projects: '@acme/*', releaseTag: { pattern: 'x{version}' } } } }, ['x{version}']],
    ['a group by folder', { groups: { shop: { projects: ['apps/*'], projectsRelationship: 'independent' } } }, ['{projectName}@{version}']],
    ['a group of others', { groups: { shop: { projects: ['*', '!@acme/api'] } } }, ['v{version}']],
  ])('finds the tags of %s', (_, release, expected) => expect(textsOf(release)).toEqual(expected));

  it('reads versions from tags, and escapes glob characters for git', () => {
    const [pattern] = findReleasePatterns(project, {
      groups: { 'a*b': { projects: '*', releaseTag: { pattern: '{releaseGroupName}/v{version}-x' } } },
    });
    expect(pattern).toMatchObject({ glob: 'a\\*b/v[0-9]*-x', preReleaseGlob: 'a\\*b/v[0-9]*-*-x' });
    expect(['a*b/v1.2.3-x', 'a*b/v1.2.3', 'a*b/vv1.2.3-x', 'acb/v1.2.3-x', 'a*b/v-x'].map((tag) => pattern!.versionOf(tag))).toEqual([
      '1.2.3',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
