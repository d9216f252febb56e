import { parseChallenge } from './challenge';

const BEARER = { scheme: 'bearer', realm: 'https://auth.example.com/token', service: 'registry' };

describe('parseChallenge', () => {
  it.each([
    ['Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull,push"', BEARER],
    ['bearer REALM="https://auth.example.com/token", Service=registry', BEARER],
    ['Basic realm="x", Bearer realm="https://auth.example.com/token",service="registry"', BEARER],
    ['Bearer realm="https://auth.example.com/token",service="registry",error="insufficient_scope"', BEARER],
    ['Negotiate, Basic realm="a, b = c"', { scheme: 'basic' }],
    ['Basic', { scheme: 'basic' }],
    ['BASIC realm="Registry Realm"', { scheme: 'basic' }],
    ['Bearer realm="a\\"b"', { scheme: 'bearer', realm: 'a"b', service: undefined }],
  ])('reads %s', (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge);
  });

  it('prefers Bearer, even in a second header', () => {
    expect(parseChallenge(['Basic realm="x"', 'Bearer realm="https://auth.example.com/token",service="registry"'])).toEqual(BEARER);
  });

  it.each([undefined, '', 'Negotiate abc==', 'Bearer', 'Bearer service="x"', '=,=,"', '"""'])('finds no login method in %j', (header) => {
    expect(parseChallenge(header)).toBeUndefined();
  });

  it('ignores the part of a header that is longer than any registry needs', () => {
    expect(parseChallenge(`${' ,'.repeat(10_000)}Bearer realm="https://auth.example.com/token"`)).toBeUndefined();
  });

  it('parses a very long header in a short time', () => {
    const started = performance.now();
    parseChallenge(`Bearer ${'a="'.repeat(1_000_000)}`);
    parseChallenge(`Bearer ${' ,'.repeat(1_000_000)}x`);
    parseChallenge(`Bearer realm="${'\\'.repeat(1_000_000)}`);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
