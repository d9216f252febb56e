import type { Descriptor } from './descriptor';
import { digestOf } from './digest';
import { MEDIA_TYPES } from '../documents/media-types';
import { isOciError } from '../errors/oci-error';
import { chooseDescriptor, formatPlatform, normalizePlatform, parsePlatform } from './platform';
import { toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';

expect.extend({ toFailWithCode });

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/x64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/i386', 'linux/386'],
    ['Linux/AMD64', 'linux/amd64'],
    ['macOS/arm64', 'darwin/arm64'],
    [' windows/amd64 ', 'windows/amd64'],
    ['linux/riscv64', 'linux/riscv64'],
  ])('reads %s as %s', (text, formatted) => {
    expect(formatPlatform(parsePlatform(text))).toBe(formatted);
  });

  it.each(['', 'linux', 'linux/', '/amd64', 'linux/arm/v7/x', 'linux/am d64', 'linux//v7'])('refuses %j', async (text) => {
    await expect(() => parsePlatform(text)).toFailWithCode('PLATFORM_INVALID', /os\/architecture/);
  });

  it('fails only with an OciError, and reads back a formatted platform', () => {
    const words = fc.constantFrom('linux', 'arm', 'arm64', 'aarch64', 'amd64', 'v7', 'v8', '8', 'x', '', 'é');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (parts) => {
        try {
          const platform = parsePlatform(parts.join('/'));
          expect(parsePlatform(formatPlatform(platform))).toEqual(platform);
        } catch (error) {
          if (!isOciError(error, 'PLATFORM_INVALID')) throw error;
        }
      }),
    );
  });
});

describe('normalizePlatform', () => {
  it('keeps os.version and os.features', () => {
    const platform = { os: 'windows', architecture: 'x86_64', 'os.version': '10.0.20348.1', 'os.features': ['win32k'] };
    expect(normalizePlatform(platform)).toEqual({ ...platform, architecture: 'amd64' });
  });
});

describe('chooseDescriptor', () => {
  const offer = (...platforms: readonly string[]): readonly Descriptor[] =>
    platforms.map((text, position) => ({
      mediaType: MEDIA_TYPES.ociManifest,
      digest: digestOf(`${position} ${text}`),
      size: 1,
      ...(text !== 'none' && { platform: parsePlatform(text) }),
    }));

  it.each([
    ['the platform itself', ['linux/arm64', 'linux/amd64'], 'linux/amd64', 1],
    ['an equal one in another spelling', ['linux/amd64', 'linux/arm64/v8'], 'linux/aarch64', 1],
    ['the nearest lower variant', ['linux/arm/v5', 'linux/arm/v6'], 'linux/arm/v7', 1],
    ['the variant before a lower one', ['linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7', 1],
    ['the base for a machine that can do more', ['linux/amd64'], 'linux/amd64/v3', 0],
    ['the first of equals', ['linux/amd64', 'linux/amd64'], 'linux/amd64', 0],
  ])('takes %s', (_, offered, wanted, position) => {
    const descriptors = offer(...offered);
    expect(chooseDescriptor(descriptors, parsePlatform(wanted))).toBe(descriptors[position]);
  });

  it.each([
    ['a higher variant', ['linux/arm/v7'], 'linux/arm/v6'],
    ['another system', ['windows/amd64'], 'linux/amd64'],
    ['an attestation', ['unknown/unknown'], 'linux/amd64'],
    ['what has no platform', ['none'], 'linux/amd64'],
    ['a variant of another form', ['linux/amd64/fast'], 'linux/amd64'],
  ])('never takes %s', (_, offered, wanted) => {
    expect(chooseDescriptor(offer(...offered), parsePlatform(wanted))).toBeUndefined();
  });

  it('compares os.version only if one is wanted', () => {
    const platform = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763' };
    const descriptors = offer('windows/amd64').map((descriptor) => ({ ...descriptor, platform }));
    expect(chooseDescriptor(descriptors, { os: 'windows', architecture: 'amd64' })).toBe(descriptors[0]);
    expect(chooseDescriptor(descriptors, { ...platform, 'os.version': '10.0.20348' })).toBeUndefined();
  });
});
