import { looksLikeVersion } from './looks-like-version';

describe('looksLikeVersion', () => {
  it.each(['1.2.3', 'v1.2.3', '1.2.3-alpine', 'v2.0.0-rc.1', '0.1.0_build.5'])('takes %s for a release', (tag) =>
    expect(looksLikeVersion(tag)).toBe(true),
  );

  it.each(['15', 'v1', '1.2', 'latest', 'main', 'a1b2c3d', '15-alpine', '1.2.3.4'])('takes %s for a tag that moves', (tag) =>
    expect(looksLikeVersion(tag)).toBe(false),
  );
});
