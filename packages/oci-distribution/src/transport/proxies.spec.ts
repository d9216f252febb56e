import { readProxies } from './proxies';

const PROXY = 'http://proxy.corp:3128/';
const of = (url: string, env: NodeJS.ProcessEnv): string | undefined => readProxies(env).for(new URL(url))?.href;

describe('the proxy for an address', () => {
  it.each([
    ['https://ghcr.io', { HTTPS_PROXY: PROXY }, PROXY],
    ['http://ghcr.io', { HTTPS_PROXY: PROXY }, undefined],
    ['http://ghcr.io', { http_proxy: PROXY }, PROXY],
    ['https://ghcr.io', { https_proxy: '', HTTPS_PROXY: PROXY }, undefined],
    ['https://ghcr.io', { HTTPS_PROXY: 'proxy.corp:3128' }, PROXY],
    ['https://ghcr.io', { HTTPS_PROXY: 'http://' }, undefined],
    ['https://ghcr.io', {}, undefined],
  ])('to %s with %j is %s', (url, env, proxy) => expect(of(url, env)).toBe(proxy));

  it.each([
    ['registry.corp', 'registry.corp', true],
    ['eu.registry.corp', 'registry.corp', true],
    ['eu.registry.corp', '.registry.corp', true],
    ['eu.registry.corp', '*.registry.corp', true],
    ['otherregistry.corp', 'registry.corp', false],
    ['registry.corp:5000', 'registry.corp:5000', true],
    ['registry.corp:5001', 'registry.corp:5000', false],
    ['registry.corp', 'registry.corp:443', true],
    ['REGISTRY.corp', 'localhost, Registry.CORP', true],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/99', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['[fd00::1]', 'fd00::/8', true],
    ['[fd00::1]', 'fd00::1', true],
    ['[fd00::1]:5000', '[fd00::1]:5000', true],
    ['anything.example.com', '*', true],
    ['ghcr.io', 'nonsense/8 a/b ,,', false],
  ])('to %s is none with NO_PROXY=%s: %s', (host, exceptions, isExempt) => {
    expect(of(`https://${host}`, { HTTPS_PROXY: PROXY, NO_PROXY: exceptions })).toBe(isExempt ? undefined : PROXY);
  });
});
