import { doTagsNameProject, escapeFilter, findReleaseTags, toGitHubFilter, toGitLabPattern } from './release-tags';

const image = (name: string) => ({ name, root: `apps/${name}`, tags: [], publishTarget: 'publish', engine: undefined });
const IMAGES = [image('api'), image('web')];

describe('findReleaseTags', () => {
  it.each<[string, object | undefined, readonly string[]]>([
    ['no release', undefined, ['v{version}']],
    ['a fixed release', {}, ['v{version}']],
    ['independent projects', { projectsRelationship: 'independent' }, ['{projectName}@{version}']],
    ['a pattern of its own', { releaseTag: { pattern: 'release/{version}' } }, ['release/{version}']],
    ['a pattern without version', { releaseTag: { pattern: 'release' } }, []],
    ['groups', { groups: { shop: { projects: ['api'] } } }, ['{releaseGroupName}-v{version}', 'v{version}']],
  ])('follows nx.json with %s', (_, release, expected) => {
    expect(findReleaseTags(IMAGES, { release })).toEqual(expected);
  });

  it('follows nx.json even without an image', () => {
    expect(findReleaseTags([], { release: { projectsRelationship: 'independent' } })).toEqual(['{projectName}@{version}']);
  });
});

describe.each<[release: string, filter: string, pattern: string, right: string, wrong: string]>([
  ['v{version}', 'v[0-9]*', '/^v[0-9]/', 'v1.2.3', 'vnext'],
  ['{version}', '[0-9]*', '/^[0-9]/', '1.2.3', 'v1.2.3'],
  ['{projectName}@{version}', '**@[0-9]*', '/^.+@[0-9]/', '@acme/api@1.2.3-rc.1', 'api@next'],
  ['{releaseGroupName}-v{version}', '**-v[0-9]*', '/^.+-v[0-9]/', 'shop-v1.2.3', 'v1.2.3'],
  ['release/{version}-final', 'release/[0-9]*-final', '/^release\\/[0-9].*-final$/', 'release/1.2.3-final', 'release/1.2.3'],
])('tags like %s', (...[release, filter, pattern, right, wrong]) => {
  it('are filtered by GitHub', () => {
    expect(toGitHubFilter(release)).toBe(filter);
  });

  it('are matched by GitLab, and others are not', () => {
    expect(toGitLabPattern(release)).toBe(pattern);
    const matches = (tag: string) => new RegExp(pattern.slice(1, -1)).test(tag);
    expect([matches(right), matches(wrong)]).toEqual([true, false]);
  });
});

it('escapes the special characters of filters', () => {
  expect(toGitHubFilter('a+b[{version}]')).toBe('a\\+b\\[[0-9]*\\]');
  expect(escapeFilter('feat/a+b')).toBe('feat/a\\+b');
  expect(toGitLabPattern('a+b.{version}')).toBe('/^a\\+b\\.[0-9]/');
});

it('detects whether a tag names its project', () => {
  expect(doTagsNameProject(['{projectName}@{version}'])).toBe(true);
  expect(doTagsNameProject(['{projectName}@{version}', 'v{version}'])).toBe(false);
  expect(doTagsNameProject([])).toBe(false);
});
