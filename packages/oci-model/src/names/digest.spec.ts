import { createHash } from 'node:crypto';

import { algorithmOf, digestOf, finishDigest, hexOf, isDigest, parseDigest, shortDigest } from './digest';
import { toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';

expect.extend({ toFailWithCode });

// FIPS 180-2, appendix B.1.
const ABC = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('a digest', () => {
  it('matches the test vector of the standard', () => expect(digestOf('abc')).toBe(ABC));

  it('is the same for the whole content or its chunks', () => {
    expect(finishDigest(createHash('sha256').update('a').update('bc'), 'sha256')).toBe(ABC);
  });

  it('consists of algorithm and hex', () => {
    expect([algorithmOf(parseDigest(ABC)), hexOf(parseDigest(ABC))].join(':')).toBe(ABC);
    expect(shortDigest(parseDigest(ABC))).toBe('sha256:ba7816bf8f01');
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)('of any content is valid, with %s', (algorithm) => {
    fc.assert(fc.property(fc.uint8Array(), (content) => isDigest(digestOf(content, algorithm))));
  });

  it.each([
    '',
    'sha256:',
    ABC.toUpperCase(),
    ABC.replace('ba', 'BA'),
    ABC.slice(0, -1),
    `${ABC}0`,
    `${ABC}\n`,
    ` ${ABC}`,
    ABC.replace('sha256', 'sha512'),
    'md5:900150983cd24fb0d6963f7d28e17f72',
    'sha256:../../etc/passwd',
    'constructor:ab',
  ])('is not %j', async (text) => {
    await expect(() => parseDigest(text)).toFailWithCode('DIGEST_INVALID', /sha256: and 64/);
  });

  it('is always a string', () => {
    fc.assert(fc.property(fc.anything(), (value) => typeof value === 'string' || !isDigest(value)));
  });
});
