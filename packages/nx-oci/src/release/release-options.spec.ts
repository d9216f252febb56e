import { readReleaseOptions } from './release-options';

describe('readReleaseOptions', () => {
  it('separates options of nx release from those of the publish', () => {
    const versionData = { api: { currentVersion: '1.0.0', newVersion: '1.1.0', dependentProjects: [] } };
    const arrived = { publishTarget: 'push', firstRelease: true, nxReleaseVersionData: versionData, dryRun: true, prefix: '' };
    expect(readReleaseOptions(arrived, {})).toEqual({
      publishTarget: 'push',
      isFirstRelease: true,
      versionData,
      publish: { dryRun: true, prefix: '' },
    });
  });

  it('ignores options for npm', () => {
    const arrived = { tag: 'next', otp: '123456', access: 'public', registry: 'https://npm.example.com', verbose: true };
    expect(readReleaseOptions(arrived, {}).publish).toEqual({});
  });

  it('keeps a mistake in project.json, so that it is reported', () => {
    expect(readReleaseOptions({ regitsries: ['ghcr'], tag: 'next' }, { regitsries: ['ghcr'] }).publish).toEqual({ regitsries: ['ghcr'] });
  });

  it('has no version if nx release gave none', () => {
    expect(readReleaseOptions({}, {}).versionData).toBeUndefined();
    expect(readReleaseOptions({ nxReleaseVersionData: 'broken' }, {}).versionData).toBeUndefined();
  });
});
