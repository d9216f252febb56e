import { findReleasePatterns } from '@nx-oci/publish';

import { decideRelease, type ReleaseClues } from './decide-release';

const patterns = findReleasePatterns({ name: 'api', root: 'apps/api' }, { projectsRelationship: 'independent' });

const decide = (clues: Partial<ReleaseClues>) =>
  decideRelease({ project: 'api', builtTags: { names: [] }, patterns, hasDockerVersions: false, isFirstRelease: false, ...clues });

const decided = (newVersion: string | null, dockerVersion?: string | null) => ({ api: { newVersion, dockerVersion } });

describe('decideRelease', () => {
  it('publishes the version of --release, whatever else is known', () => {
    expect(decide({ asked: '2.0.0', versionData: decided(null) })).toEqual({
      kind: 'publish',
      released: { version: '2.0.0', reason: '--release' },
    });
  });

  it('publishes the version of this nx release, not of an earlier tag', () => {
    expect(decide({ versionData: decided('1.1.0'), builtTags: { names: ['api@1.0.0'] } })).toEqual({
      kind: 'publish',
      released: { version: '1.1.0', imageTag: undefined, reason: 'nx release' },
    });
  });

  it.each([
    ['that nx release left as it was', decided(null)],
    ['that nx release left as it was, docker version included', decided(null, null)],
    ['that nx release did not look at', { web: { newVersion: '1.1.0' } }],
  ])('skips a project %s', (_title, versionData) => {
    expect(decide({ versionData, builtTags: { names: ['api@1.0.0'] } })).toEqual({
      kind: 'skip',
      reason: 'nx release gave api no new version',
    });
  });

  it('uses a docker version as a tag, in addition to the version or instead of it', () => {
    expect(decide({ versionData: decided('1.1.0', '2611.22.b1d5daa') })).toMatchObject({
      released: { version: '1.1.0', imageTag: '2611.22.b1d5daa' },
    });
    expect(decide({ versionData: decided(null, '2611.22.b1d5daa') })).toMatchObject({
      kind: 'publish',
      released: { version: undefined, imageTag: '2611.22.b1d5daa' },
    });
  });

  it('follows the tags at HEAD if the version was made earlier', () => {
    expect(decide({ builtTags: { names: ['api@1.1.0', 'web@9.0.0'] } })).toEqual({
      kind: 'publish',
      released: { version: '1.1.0', imageTag: undefined, reason: 'git tag at HEAD' },
    });
    expect(decide({ builtTags: { names: ['web@9.0.0'] } })).toMatchObject({
      kind: 'skip',
      reason: expect.stringContaining('no git tag at HEAD'),
    });
  });

  it('finds the versions of release.docker by their git tags, if nx.json has it', () => {
    const clues = { builtTags: { names: ['api@2611.22.b1d5daa', 'web@2611.23.b1d5daa'] } };
    expect(decide({ ...clues, hasDockerVersions: true })).toMatchObject({
      kind: 'publish',
      released: { version: undefined, imageTag: '2611.22.b1d5daa' },
    });
    expect(decide(clues)).toMatchObject({ kind: 'skip' });
  });

  it('publishes the version on disk only for a first release', () => {
    expect(decide({ isFirstRelease: true, projectVersion: '0.1.0' })).toMatchObject({ kind: 'publish', released: { version: '0.1.0' } });
    expect(decide({ projectVersion: '0.1.0' })).toMatchObject({ kind: 'skip' });
    expect(decide({ isFirstRelease: true, projectVersion: '0.0.0' })).toMatchObject({ kind: 'skip' });
    expect(decide({ isFirstRelease: true })).toMatchObject({ kind: 'skip' });
  });
});
