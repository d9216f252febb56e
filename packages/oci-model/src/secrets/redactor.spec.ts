import { fc } from '../testing/fast-check';
import { HIDDEN, Redactor } from './redactor';

function redactorOf(...secrets: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

const SECRET = 'pa"ss/w&rd <ä> 42';

describe('the redactor', () => {
  it.each([
    ['as it is', SECRET],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL with small hexadecimal digits', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['in JSON', JSON.stringify(SECRET)],
    ['in JSON by Go', JSON.stringify(SECRET).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')],
    ['in HTML', 'pa&quot;ss/w&amp;rd &lt;ä&gt; 42'],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in a Basic header of whichever user', Buffer.from(`robot1:${SECRET}`).toString('base64')],
    ['in a Basic header of another user', Buffer.from(`ci:${SECRET}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`x:${SECRET}`).toString('base64url')],
    ['in a header as Node reads it', Buffer.from(SECRET).toString('latin1')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in small letters', SECRET.toLowerCase()],
  ])('hides a secret %s', (_, text) => {
    const redacted = redactorOf(SECRET).redact(`before ${text} after`);
    expect(redacted).toContain(HIDDEN);
    expect(redacted).toMatch(/^before .*after$/);
    expect(redacted.length).toBeLessThan(40);
  });

  it('hides each line of a key, and an unregistered key', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
    const pem = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
    expect(redactorOf(pem).redact(`refused: ${body}`)).toBe(`refused: ${HIDDEN}`);
    expect(redactorOf(pem.replaceAll('\n', '\\n')).redact(`refused: ${body}`)).toBe(`refused: ${HIDDEN}`);
    expect(new Redactor().redact(`a ${pem}b`)).toBe(`a ${HIDDEN}\nb`);
  });

  it.each([
    ['https://robot:s3cret@ghcr.io/v2/', 'https://[hidden]@ghcr.io/v2/'],
    ['https://ghp_x@github.com/a/b', 'https://[hidden]@github.com/a/b'],
    ['ssh://git@github.com/a/b', 'ssh://git@github.com/a/b'],
    ['Authorization: Basic cm9ib3Q6czNjcmV0', 'Authorization: Basic [hidden]'],
    ['Bearer abc.def-0123456789', 'Bearer [hidden]'],
    ['Basic authentication is off', 'Basic authentication is off'],
    ['Bearer realm="https://auth.example.com/token"', 'Bearer realm="https://auth.example.com/token"'],
    ['ghs_0123456789abcdefABCDEF expired', '[hidden] expired'],
    ['docker.io/library/postgres@sha256:0123', 'docker.io/library/postgres@sha256:0123'],
  ])('hides what is a secret to everybody: %s', (text, expected) => {
    expect(new Redactor().redact(text)).toBe(expected);
  });

  it('hides a short secret or a word that stands alone in a foreign text', () => {
    const redactor = redactorOf('test', 'postgres');
    expect(redactor.redactForeign('robot:test was refused at test.example.com/test/latest-test, contest; "postgres"')).toBe(
      'robot:[hidden] was refused at test.example.com/test/latest-test, contest; "[hidden]"',
    );
    expect(redactor.redactForeign('docker.io/library/postgres:15 failed with postgres.')).toBe(
      'docker.io/library/postgres:15 failed with [hidden].',
    );
  });

  it.each(['latest', 'test', 'image', '20261130', '00000000', '1234'])(
    'leaves our own words, tags, dates and digests as they are where the password is %s',
    (secret) => {
      const redactor = new Redactor();
      redactor.addLogin({ username: 'postgres', password: secret });
      const digest = `sha256:${'00000000'.repeat(7)}12345678`;
      const text = `the image docker.io/library/postgres:${secret}@${digest} is now ${secret}, ${secret}-1 and sha-20261130 (1234 KiB), not token ${secret}.`;
      expect(redactor.redact(text)).toBe(text);
      expect(redactor.redactData({ tags: [secret, 'latest'], digest, text })).toEqual({ tags: [secret, 'latest'], digest, text });
    },
  );

  it.each(['latest', 'test', '20261130', '00000000'])('hides a value that is named as a secret in our own texts, too: %s', (secret) => {
    const redactor = new Redactor();
    redactor.addLogin({ username: 'robot', password: secret });
    for (const [before, after] of [
      ['password: ', ''],
      ['"password": "', '"'],
      ['PASSWORD=', ' failed'],
      ['the token = `', '`'],
      ['Authorization: Bearer ', ''],
      ['basic ', '.'],
      ['ci:', '@registry.example.com'],
      ['https://ci:', '@registry.example.com'],
    ])
      expect(redactor.redact(`${before}${secret}${after}`)).not.toContain(secret);
    expect(redactor.redact(`refused robot:${secret} there`)).toBe('refused [hidden] there');
    const encoded = Buffer.from(`robot:${secret}`).toString('base64');
    expect(redactor.redact(`refused ${encoded}`)).toBe('refused [hidden]');
  });

  it('keeps digests that contain the digits of a short secret, and hides a long secret everywhere', () => {
    const digest = `sha256:${'deadbeef01'.repeat(6)}0123`;
    expect(redactorOf('deadbeef01').redact(`at ${digest}, deadbeef01`)).toBe(`at ${digest}, [hidden]`);
    expect(redactorOf('deadbeef01').redactData({ digest })).toEqual({ digest });
    expect(redactorOf('deadbeef01').redactForeign(digest)).not.toContain('deadbeef01');
    const long = '0123456789abcdef0123';
    expect(redactorOf(long).redact(`sha256:ff${long}ff`)).toBe('sha256:ff[hidden]ff');
  });

  it('ignores a secret of less than four characters, but hides its login', () => {
    const redactor = new Redactor();
    redactor.addLogin({ username: 'robot', password: 'a' });
    expect(redactor.redact('a cat sat')).toBe('a cat sat');
    expect(redactor.redact(`robot:a ${Buffer.from('robot:a').toString('base64')}`)).toBe('[hidden] [hidden]');
  });

  it('finds a numeric password in a name', () => {
    expect(redactorOf('20261130').isInName('20261130')).toBe(true);
  });

  it('hides overlapping secrets as one, and does not change other texts', () => {
    expect(redactorOf('abcdefgh1', 'fgh1jklmn').redact('-abcdefgh1jklmn-')).toBe('-[hidden]-');
    expect(redactorOf('0123456789').redact('nothing to see')).toBe('nothing to see');
  });

  it('keeps data for programs, except certain secrets', () => {
    const redactor = redactorOf('postgres', 'c0rrect-horse');
    expect(redactor.redactData({ image: 'postgres', tags: ['c0rrect-horse-1'], count: 2, none: null })).toEqual({
      image: 'postgres',
      tags: ['[hidden]-1'],
      count: 2,
      none: null,
    });
  });

  it.each([
    ['c0rrect-horse-battery', true],
    ['v1-c0rrect-horse-battery', true],
    ['v1.C0RRECT_horse.battery', true],
    ['c0rrecthorsebatt', true],
    ['1.2.3', false],
    ['battery', false],
  ])('finds a secret in a name, even with changed punctuation: %s', (name, isIn) => {
    expect(redactorOf('c0rrect/Horse+battery').isInName(name)).toBe(isIn);
  });

  it('does not treat the user name as a secret', () => {
    const redactor = new Redactor();
    redactor.addLogin({ username: 'the-organisation-of-acme', password: 'c0rrect-horse' });
    expect(redactor.isInName('the-organisation-of-acme/api')).toBe(false);
    expect(redactor.isInName('the-organisation-of-acme/c0rrect-horse')).toBe(true);
  });

  describe('for a text that may try to evade it', () => {
    const secret = 'gLp8/Qm+7Zt4=xY2wVb9NcKd5RsTuHjE';
    const toBase64 = (text: string): string => Buffer.from(text).toString('base64');
    const each = (write: (code: number) => string): string =>
      Array.from(secret)
        .map((character) => write(character.charCodeAt(0)))
        .join('');
    const hex = Buffer.from(secret).toString('hex');

    it.each([
      ['encoded twice for a URL', encodeURIComponent(encodeURIComponent(secret))],
      ['with every character encoded for a URL', each((code) => `%${code.toString(16)}`)],
      ['with every character escaped as in JSON', each((code) => `\\u00${code.toString(16)}`)],
      ['with every character escaped as in C', each((code) => `\\x${code.toString(16)}`)],
      ['with every character escaped in octal', each((code) => `\\${code.toString(8)}`)],
      ['with every character escaped as in HTML', each((code) => `&#${code};`)],
      ['in base64 twice', toBase64(toBase64(secret))],
      ['in a header in base64', toBase64(`Basic ${toBase64(`user:${secret}`)}`)],
      ['in base64 over several lines', toBase64(`user:${secret}`).replace(/.{20}/g, '$&\r\n')],
      ['over several lines', secret.replace(/.{9}/g, '$&\n')],
      ['with what cannot be seen in between', Array.from(secret).join('\u200b')],
      ['with spaces in between', Array.from(secret).join(' ')],
      ['in two halves', `${secret.slice(0, 16)}: ${secret.slice(16)}`],
      ['backwards', Array.from(secret).reverse().join('')],
      ['in hexadecimal with colons', hex.replace(/..(?!$)/g, '$&:')],
      ['in part', secret.slice(0, 22)],
    ])('tells a secret %s', (_, text) => {
      expect(redactorOf(secret).isEncodedIn(`DENIED: ${text} refused`)).toBe(true);
    });

    it.each([
      'requested access to the resource is denied: team/api',
      `manifest unknown: sha256:${'0123456789abcdef'.repeat(4)}`,
      'https://auth.example.com/token?scope=repository%3Ateam%2Fapi%3Apull%2Cpush',
      'quota exceeded \\u003c 100 % of 5 GB &amp; 20%',
      '%zz \\uD800 &#99999999; \\777',
    ])('leaves ordinary words: %s', (text) => {
      expect(redactorOf(secret, 'latest', 'postgres', '24681357').isEncodedIn(text)).toBe(false);
    });
  });

  it('reads a long foreign text in bounded time', () => {
    const redactor = redactorOf('gLp8/Qm+7Zt4=xY2wVb9NcKd5RsTuHjE');
    const texts = ['%25', 'ab', 'QUJD', '\\u0025', '=25 ', '&#37;'].map((part) => part.repeat(16_384 / part.length));
    const startedAt = performance.now();
    for (const text of texts) expect(redactor.isEncodedIn(text)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('hides every secret in any text, regardless of its surroundings', () => {
    const encoders: readonly ((text: string) => string)[] = [
      (text) => text,
      encodeURIComponent,
      (text) => JSON.stringify(text),
      (text) => Buffer.from(text).toString('base64'),
      (text) => Buffer.from(`u:${text}`).toString('base64'),
      (text) => Buffer.from(`us:${text}`).toString('base64'),
      (text) => new URLSearchParams({ text }).toString(),
      (text) => Buffer.from(text).toString('hex'),
    ];
    const secrets = fc
      .oneof(fc.string({ minLength: 13, maxLength: 40 }), fc.string({ unit: 'grapheme', minLength: 13 }))
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), fc.constantFrom(...encoders), (secret, before, after, encode) => {
        const encoded = encode(secret);
        expect(redactorOf(secret).redact(`${before} ${encoded} ${after}`)).not.toContain(encoded);
      }),
    );
  });

  it('takes time proportional to the text, not to the number of secrets', () => {
    const redactor = redactorOf(...Array.from({ length: 5000 }, (_, index) => `secret-number-${index}`));
    const text = 'an ordinary line of a log, secret-number-x :// Basic '.repeat(20_000);
    const startedAt = performance.now();
    redactor.redact(text);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
