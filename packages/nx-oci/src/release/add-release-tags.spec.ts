import { addReleaseTags } from './add-release-tags';

const released = { version: '1.1.0', reason: 'nx release' };

describe('addReleaseTags', () => {
  it('adds the exact version to what is configured, once', () => {
    expect(addReleaseTags(['sha', 'latest'], released)).toEqual(['sha', 'latest', 'version']);
    expect(addReleaseTags(['version'], released)).toEqual(['version']);
    expect(addReleaseTags([{ rule: 'version', prefix: '' }], released)).toEqual([{ rule: 'version', prefix: '' }]);
  });

  it('adds the tag of release.docker, which never moves', () => {
    expect(addReleaseTags(['sha'], { imageTag: '2611.22.b1d5daa', reason: 'nx release' })).toEqual([
      'sha',
      { literal: '2611.22.b1d5daa', floating: false },
    ]);
  });

  it('changes nothing outside of a release', () => {
    expect(addReleaseTags(['sha'], undefined)).toEqual(['sha']);
  });
});
