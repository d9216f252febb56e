import semver from 'semver';

import { defineKind } from './rule-kind';

/** `latest`: the newest stable release, or the newest commit. */
export const latest = defineKind({
  options: {},
  alwaysFloats: true,
  make: () => ({ kind: 'latest' }),
  apply: (_source, { version: { release } }) => {
    const isPreRelease = release !== undefined && new semver.SemVer(release).prerelease.length > 0;
    return isPreRelease ? `${release} is a pre-release` : { text: 'latest', isFloating: true, scope: 'latest' };
  },
});
