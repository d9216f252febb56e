import { findReleasePatterns } from './find-release-patterns';
import { isReleaseVersion, resolveVersion, type VersionClues } from './resolve-version';

const resolve = (clues: Partial<VersionClues>) =>
  resolveVersion({
    projectName: 'api',
    patterns: findReleasePatterns({ name: 'api', root: 'apps/api' }, undefined),
    builtTags: { names: [] },
    nearestTags: [],
    isShallow: false,
    ...clues,
  });

describe('resolveVersion', () => {
  it('prefers --release to anything else', () => {
    expect(resolve({ asked: 'v2.0.0', builtTags: { names: ['v1.2.3'] } })).toEqual({
      release: '2.0.0',
      line: '2.0.0',
      reason: '--release',
    });
  });

  it('prefers the decision of nx release to any git tag', () => {
    const released = { version: '3.0.0', reason: 'nx release' };
    expect(resolve({ released, builtTags: { names: ['v1.2.3'] } })).toEqual({ release: '3.0.0', line: '3.0.0', reason: 'nx release' });
    expect(resolve({ released, asked: '4.0.0' }).release).toBe('4.0.0');
    expect(resolve({ released: { reason: 'not versioned' }, builtTags: { names: ['v1.2.3'] } }).release).toBe('1.2.3');
  });

  it('uses a git tag at HEAD as the release, the highest of several', () => {
    expect(resolve({ builtTags: { names: ['v1.9.0', 'v1.10.0', 'nightly'] } }).release).toBe('1.10.0');
  });

  it("prefers the project's own tags to those of the workspace", () => {
    expect(resolve({ builtTags: { names: ['v9.0.0', 'api@1.2.3', 'other@5.0.0'] } }).release).toBe('1.2.3');
  });

  it('follows the nearest release tag if this commit is not a release', () => {
    expect(resolve({ nearestTags: ['v1.2.3'], projectVersion: '7.0.0' })).toEqual({
      release: undefined,
      line: '1.2.3',
      reason: 'nearest git tag',
      notReleased: 'not a release: pass --release=1.2.3 or tag the commit v1.2.3',
    });
  });

  it('uses the tag that CI names, whatever else is at HEAD, and reports its source', () => {
    const namedBy = 'GitLab CI';
    expect(resolve({ builtTags: { names: ['v1.3.0-rc.1'], namedBy } })).toMatchObject({
      release: '1.3.0-rc.1',
      reason: 'git tag that GitLab CI builds',
    });
    expect(resolve({ builtTags: { names: ['nightly'], namedBy }, nearestTags: ['v1.3.0'] })).toMatchObject({
      release: undefined,
      line: '1.3.0',
    });
    expect(resolve({ asked: '2.0.0', builtTags: { names: ['v1.3.0'], namedBy } }).release).toBe('2.0.0');
  });

  it("hints at a release in the workspace's own form of tags", () => {
    const hintOf = (pattern: string) =>
      resolve({ patterns: findReleasePatterns({ name: 'api', root: 'apps/api' }, { releaseTag: { pattern } }) }).notReleased;
    expect(hintOf('release/{version}')).toBe('not a release: pass --release=1.2.3 or tag the commit release/1.2.3');
    expect(hintOf('{projectName}-{version}')).toContain('tag the commit api-1.2.3');
    expect(hintOf('nothing')).toBe('not a release: pass --release=1.2.3');
  });

  it('uses no source older than an invalid tag at HEAD, and reports why that is invalid', () => {
    const version = resolve({ builtTags: { names: ['3.59.0'] }, nearestTags: ['v1.115.0'], projectVersion: '1.0.0' });
    expect(version).toMatchObject({ release: undefined, line: undefined, notice: version.reason, notReleased: version.reason });
    expect(version.reason).toBe(
      'git tag at HEAD 3.59.0 is not a release: it does not match `{projectName}@{version}` or `v{version}`' +
        '; if your releases are tagged like this, set `release.releaseTag.pattern` in nx.json to `{version}`',
    );
  });

  it('does not warn of the git tag that nx release made for the image', () => {
    const builtTags = { names: ['api@2612.01.d5a299c'] };
    const warned = resolve({ builtTags, released: { imageTag: '2612.01.0000000', reason: 'nx release' } });
    expect(warned.notice).toContain('`01` starts with a zero');
    const version = resolve({ builtTags, released: { imageTag: '2612.01.d5a299c', reason: 'nx release' } });
    expect(version).toEqual({ release: undefined, line: undefined, reason: warned.reason, notReleased: warned.reason });
  });

  it('uses no tag that is older than a closer one of another form', () => {
    const passedOver = { nearestTags: ['v1.115.0'], nearestLookalikes: ['3.59.0'] };
    expect(resolve(passedOver)).toMatchObject({
      line: undefined,
      notice: expect.stringContaining('3.59.0 before this commit is not a release'),
    });
    // Perhaps a deployment mark: it is reported, and the line of the releases continues.
    expect(resolve({ nearestTags: ['v1.2.3'], nearestLookalikes: ['2026.01.05'] })).toMatchObject({
      line: '1.2.3',
      notice: expect.stringContaining('`01` starts with a zero'),
    });
    expect(resolve({ nearestTags: ['v1.2.3'], nearestLookalikes: ['v1.2.3', 'v1.2'] }).notice).toBeUndefined();
  });

  it("falls back to the project's, then the workspace's package.json, ignoring 0.0.0", () => {
    expect(resolve({ projectVersion: '3.1.0', workspaceVersion: '9.0.0' }).line).toBe('3.1.0');
    expect(resolve({ projectVersion: '0.0.0', workspaceVersion: '9.0.0' }).line).toBe('9.0.0');
    expect(resolve({ projectVersion: '0.0.0', workspaceVersion: '0.0.0' }).line).toBeUndefined();
  });

  it('reports that a shallow clone may hide release tags', () => {
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
  it.each(['1.2.3', 'v1.2.3', '1.2.3-rc.1', '1.2.3+b'])('accepts %s', (text) => expect(isReleaseVersion(text)).toBe(true));
  it.each(['', '1', '1.2', 'latest', '1.2.3.4', 'true'])('refuses %p', (text) => expect(isReleaseVersion(text)).toBe(false));
});
