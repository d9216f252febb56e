import { toFailWithCode } from '@nx-oci/model/testing';

import { checkRealm } from './realm';

expect.extend({ toFailWithCode });

const at = (origin: string, trustedHosts: readonly string[] = []) => ({ origin, trustedHosts });
const CORP = at('https://registry.example.com');

describe('checkRealm', () => {
  it.each([
    ['https://registry.example.com/token', CORP],
    ['https://auth.docker.io/token', at('https://registry-1.docker.io')],
    ['https://gitlab.com/jwt/auth', at('https://registry.gitlab.com')],
    ['https://gitlab.corp/jwt/auth', at('https://registry.corp', ['gitlab.corp'])],
    ['http://127.0.0.1:5000/token', at('http://127.0.0.1:5000')],
  ])('sends the credentials to %s', (realm, rules) => {
    expect(checkRealm(realm, rules).isTrusted).toBe(true);
  });

  it.each([
    ['https://evil.example.net/token', CORP],
    ['https://registry.example.com:8443/token', CORP],
    ['https://registry.example.com.evil.net/token', CORP],
    ['https://auth.docker.io/token', CORP],
    ['https://auth.docker.io:8443/token', at('https://registry-1.docker.io')],
    ['http://127.0.0.1:5001/token', at('http://127.0.0.1:5000')],
  ])('asks %s without credentials', (realm, rules) => {
    expect(checkRealm(realm, rules).isTrusted).toBe(false);
  });

  it.each([
    ['http://registry.example.com/token', /does not use TLS/],
    ['https://169.254.169.254/token', /private address/],
    ['https://localhost:2375/token', /private address/],
    ['https://a:b@registry.example.com/token', /user name or a password/],
    ['gopher://registry.example.com/', /neither http nor https/],
    ['/token', /not a URL/],
  ])('refuses %s', async (realm, why) => {
    await expect(() => checkRealm(realm, CORP)).toFailWithCode('REALM_REFUSED', why);
  });
});
