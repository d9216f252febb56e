import { addReleaseTags } from './add-release-tags';

describe('addReleaseTags', () => {
  it('adds the tag of release.docker, which never moves', () => {
    expect(addReleaseTags(['sha'], { imageTag: '2611.22.b1d5daa', reason: 'nx release' })).toEqual([
      'sha',
      { literal: '2611.22.b1d5daa', floating: false },
    ]);
  });

  it('changes nothing if it chose none', () => {
    expect(addReleaseTags(['sha'], { version: '1.1.0', reason: 'nx release' })).toEqual(['sha']);
    expect(addReleaseTags(['sha'], undefined)).toEqual(['sha']);
  });
});
