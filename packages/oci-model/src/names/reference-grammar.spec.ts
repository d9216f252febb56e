import { isRegistryHost, isRepositoryName, isTag, parseRepository, parseTag } from './reference-grammar';
import { toFailWithCode } from '../testing';

expect.extend({ toFailWithCode });

describe('isTag', () => {
  it.each(['latest', 'v1.2.3', '_x', 'A-b_c.d', 'sha-0123456', 'x'.repeat(128)])('takes %s', (text) => {
    expect(isTag(text)).toBe(true);
  });

  it.each(['', '-x', '.x', 'a+b', 'a/b', 'a:b', 'a b', 'latest\n', 'é', 'x'.repeat(129)])('refuses %j', (text) => {
    expect(isTag(text)).toBe(false);
  });
});

describe('parseTag', () => {
  it('returns a valid tag', () => expect(parseTag('1.0')).toBe('1.0'));

  it.each([
    ['1.0+build', /Use "1\.0_build"/],
    ['feat/x', /it contains "\/"/],
    ['', /it is empty/],
    ['.x', /it starts with "\."/],
  ])('explains what is wrong with %j', async (text, pattern) => {
    await expect(() => parseTag(text)).toFailWithCode('TAG_INVALID', pattern);
  });
});

describe('parseRepository', () => {
  it('returns a valid repository', () => expect(parseRepository('org/my-app')).toBe('org/my-app'));

  it.each([
    ['Org/App', /Write it as "org\/app"/],
    ['org/app:1', /"app:1" contains ":"/],
    ['', /the name is empty/],
    ['org/-app', /starts or ends with a separator/],
  ])('explains what is wrong with %j', async (text, pattern) => {
    await expect(() => parseRepository(text)).toFailWithCode('REFERENCE_INVALID', pattern);
  });

  it('accepts at most 255 characters', () => {
    expect([isRepositoryName('a'.repeat(255)), isRepositoryName('a'.repeat(256))]).toEqual([true, false]);
  });
});

describe('isRegistryHost', () => {
  it.each(['ghcr.io', 'localhost', 'localhost:5000', '[::1]:5000', '10.0.0.1', 'EXAMPLE.com', 'a--b.c'])('takes %s', (text) => {
    expect(isRegistryHost(text)).toBe(true);
  });

  it.each(['', 'a_b.c', '-a.b', 'a-.b', 'a..b', 'a:', 'a:b', '[::1', '[fe80::1%25eth0]', 'a/b', 'https://a.b', 'u:p@a.b'])(
    'refuses %j',
    (text) => {
      expect(isRegistryHost(text)).toBe(false);
    },
  );
});
