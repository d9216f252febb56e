import fc from 'fast-check';

import { reasonForPlatform } from './compare-platforms';

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x', 'windows/amd64'] as const;
const platforms = fc.uniqueArray(fc.constantFrom(...PLATFORMS), { minLength: 1 });

describe('the move of a floating tag to an image for other platforms', () => {
  it('is allowed if the new image runs on every platform of the old one', () => {
    fc.assert(
      fc.property(platforms, platforms, (theirs, next) => {
        const isSafe = theirs.every((platform) => next.includes(platform));
        expect(reasonForPlatform({ theirs, next }) === undefined).toBe(isSafe);
      }),
    );
  });

  it('does not depend on the order or the spelling', () => {
    fc.assert(
      fc.property(platforms, fc.func(fc.integer()), (theirs, order) => {
        const next = theirs.map((name) => name.replace('amd64', 'x86_64').replace('arm64', 'aarch64')).sort((a, b) => order(a) - order(b));
        expect(reasonForPlatform({ theirs, next })).toBeUndefined();
      }),
    );
  });

  it('is held with the names of both sets, and the option that moves the tag', () => {
    expect(reasonForPlatform({ theirs: ['linux/amd64', 'linux/arm64'], next: ['linux/amd64'] })).toBe(
      'it is for linux/amd64 and linux/arm64, this image for linux/amd64: --force on the command line moves it',
    );
  });

  it('is not held if one of the images does not name its platforms', () => {
    expect(reasonForPlatform({ theirs: undefined, next: ['linux/amd64'] })).toBeUndefined();
    expect(reasonForPlatform({ theirs: ['linux/amd64'], next: undefined })).toBeUndefined();
  });
});
