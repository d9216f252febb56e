import { toFailWithCode } from '@nx-oci/model/testing';

import { followLocation, type HostRules, isOwnOrigin } from './redirect';

expect.extend({ toFailWithCode });

const RULES: HostRules = { origin: 'https://registry.example.com', trustedHosts: ['storage.corp:9000', '10.0.0.9'] };
const FROM = new URL('https://registry.example.com/v2/a/blobs/uploads/');

const follow = (location: string, rules = RULES): string => followLocation(FROM, location, rules).href;

describe('isOwnOrigin', () => {
  it.each([
    ['https://registry.example.com/v2/x', true],
    ['https://registry.example.com:443/x', true],
    ['https://REGISTRY.example.com/x', true],
    ['http://registry.example.com/x', false],
    ['http://registry.example.com:443/x', false],
    ['https://registry.example.com:8443/x', false],
    ['https://registry.example.com.evil.net/x', false],
    ['https://cdn.registry.example.com/x', false],
  ])('credentials may go to %s: %s', (url, expected) => {
    expect(isOwnOrigin(new URL(url), RULES)).toBe(expected);
  });
});

describe('followLocation', () => {
  it('accepts relative and absolute URLs, and keeps their query byte for byte', () => {
    expect(follow('/v2/a/blobs/uploads/1?_state=a%2Fb%3D%3D')).toBe('https://registry.example.com/v2/a/blobs/uploads/1?_state=a%2Fb%3D%3D');
    expect(follow('https://cdn.example.net/x?sig=1')).toBe('https://cdn.example.net/x?sig=1');
    expect(follow('//cdn.example.net/x')).toBe('https://cdn.example.net/x');
  });

  it.each([
    ['http://registry.example.com/v2/x', /does not use TLS/],
    ['ftp://registry.example.com/x', /neither http nor https/],
    ['file:///etc/shadow', /neither http nor https/],
    ['https://user:secret@cdn.example.net/x', /user name or a password/],
    ['https://169.254.169.254/latest/meta-data', /private address/],
    ['https://[::1]:8443/', /private address/],
    ['https://localhost/', /private address/],
    ['https://', /not a URL/],
  ])('refuses %s', async (location, why) => {
    await expect(() => follow(location)).toFailWithCode('REDIRECT_REFUSED', why);
  });

  it('allows other private addresses for a registry at a private address, and hosts that the user trusts', () => {
    expect(follow('https://10.0.0.7/x', { origin: 'https://10.0.0.5', trustedHosts: [] })).toBe('https://10.0.0.7/x');
    expect(follow('https://10.0.0.9/x')).toBe('https://10.0.0.9/x');
  });

  it('does not repeat secrets of a refused URL', () => {
    expect(() => follow('http://registry.example.com/x?token=s3cret')).toThrow(/token=\[hidden\]/);
  });
});
