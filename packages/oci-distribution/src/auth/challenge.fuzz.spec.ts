import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { parseChallenge } from './challenge';

const PIECES = [
  'Bearer',
  'Basic',
  'Negotiate',
  ' ',
  ',',
  '=',
  '"',
  '\\',
  '\t',
  'realm',
  'realm="https://a/',
  'service=',
  'x',
  '"a,b"',
  '\0',
  'é',
];

it('no WWW-Authenticate header crashes its parser', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES), fc.nat(2000))
      .map(([first, piece, times]) => first + piece.repeat(times)),
  );
  fuzz(fc, {
    name: 'challenges',
    drawn: fc.oneof(header, fc.array(header, { maxLength: 3 })),
    read: (headers) => {
      const challenge = parseChallenge(headers);
      if (challenge?.scheme === 'bearer' && typeof challenge.realm !== 'string') throw new Error('Bearer without a realm');
    },
  });
});
