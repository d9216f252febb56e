import { findReleasePatterns } from './find-release-patterns';
import { isReleaseVersion, resolveVersion, type VersionClues } from './resolve-version';

const resolve = (clues: Partial<VersionClues>) =>
  resolveVersion({
    patterns: findReleasePatterns({ name: 'api', root: 'apps/api' }, undefined),
    tagsAtHead: [],
    nearestTags: [],
    isShallow: false,
    ...clues,
  });

describe('resolveVersion', () => {
  it('takes --release before anything else', () => {
    expect(resolve({ asked: 'v2.0.0', tagsAtHead: ['v1.2.3'] })).toEqual({ release: '2.0.0', line: '2.0.0', reason: '--release' });
  });

  it('takes what nx release decided before any git tag', () => {
    const released = { version: '3.0.0', reason: 'nx release' };
    expect(resolve({ released, tagsAtHead: ['v1.2.3'] })).toEqual({ release: '3.0.0', line: '3.0.0', reason: 'nx release' });
    expect(resolve({ released, asked: '4.0.0' }).release).toBe('4.0.0');
    expect(resolve({ released: { reason: 'not versioned' }, tagsAtHead: ['v1.2.3'] }).release).toBe('1.2.3');
  });

  it('takes a git tag at HEAD for a release, the highest if there are several', () => {
    expect(resolve({ tagsAtHead: ['v1.9.0', 'v1.10.0', 'nightly'] }).release).toBe('1.10.0');
  });

  it("prefers the project's own tags to those of the workspace", () => {
    expect(resolve({ tagsAtHead: ['v9.0.0', 'api@1.2.3', 'other@5.0.0'] }).release).toBe('1.2.3');
  });

  it('follows the nearest release tag where this commit is none', () => {
    expect(resolve({ nearestTags: ['v1.2.3'], projectVersion: '7.0.0' })).toEqual({
      release: undefined,
      line: '1.2.3',
      reason: 'nearest git tag',
    });
  });

  it("falls back to the project's, then the workspace's package.json, where 0.0.0 counts as none", () => {
    expect(resolve({ projectVersion: '3.1.0', workspaceVersion: '9.0.0' }).line).toBe('3.1.0');
    expect(resolve({ projectVersion: '0.0.0', workspaceVersion: '9.0.0' }).line).toBe('9.0.0');
    expect(resolve({ projectVersion: '0.0.0', workspaceVersion: '0.0.0' }).line).toBeUndefined();
  });

  it('says that a shallow clone may hide the release tags', () => {
    expect(resolve({ isShallow: true }).doubt).toContain('fetch-depth: 0');
    expect(resolve({ isShallow: true, projectVersion: '1.2.3' })).toMatchObject({
      line: '1.2.3',
      doubt: expect.stringContaining('shallow'),
    });
    expect(resolve({ isShallow: true, nearestTags: ['v1.2.3'] }).doubt).toBeUndefined();
    expect(resolve({ projectVersion: '1.2.3' }).doubt).toBeUndefined();
  });

  it('keeps build metadata of a release', () => {
    expect(resolve({ asked: '1.2.3+build.5' }).release).toBe('1.2.3+build.5');
  });
});

describe('isReleaseVersion', () => {
  it.each(['1.2.3', 'v1.2.3', '1.2.3-rc.1', '1.2.3+b'])('takes %s', (text) => expect(isReleaseVersion(text)).toBe(true));
  it.each(['', '1', '1.2', 'latest', '1.2.3.4', 'true'])('refuses %p', (text) => expect(isReleaseVersion(text)).toBe(false));
});
