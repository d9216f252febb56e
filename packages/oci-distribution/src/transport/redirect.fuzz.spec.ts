import { Readable } from 'node:stream';

import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { nextPageOf } from '../requests/next-page';
import { isPrivateHost } from './private-address';
import { followLocation } from './redirect';
import { type RegistryAnswer } from './request';
import { findRetryAfterInText, parseRetryAfter } from '../attempts/retry-after';

const FROM = new URL('https://registry.example.com/v2/a/blobs/uploads/');
const RULES = { origin: FROM.origin, trustedHosts: [] };

const PIECES = [
  ...['https:', 'http:', 'file:', 'javascript:', '//', '/', '\\', '@', ':', '?', '#', '%', '%00', '..', '[::1]', '[::ffff:7f00:1]'],
  ...[
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '169.254.169.254',
    '10.0.0.1',
    'localhost',
    'registry.example.com',
    'user',
    '65536',
    '\t',
    '\n',
    'é',
    '。',
  ],
];
const location = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join('')),
);

it('no Location leads to another scheme, into a private network, or carries a login', () => {
  fuzz(fc, {
    name: 'locations',
    drawn: location,
    read: (text) => {
      const url = followLocation(FROM, text, RULES);
      const isWrong = url.protocol !== 'https:' || url.username !== '' || url.password !== '' || isPrivateHost(url.hostname);
      if (isWrong) throw new Error(`followed to ${url.href}`);
    },
  });
});

it('no Link leads the next page of a list to another server', () => {
  const link = fc.oneof(
    location.map((text) => `<${text}>; rel="next"`),
    fc.array(fc.constantFrom('<', '>', ';', ',', ' ', 'rel=', '"next"', 'next', '/v2/'), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('<', '>', '<a>;', ' ', 'rel='), fc.nat(1000)).map(([piece, times]) => piece.repeat(times)),
  );
  fuzz(fc, {
    name: 'links',
    drawn: link,
    read: (text) => {
      const url = nextPageOf(answerWith(text), RULES);
      if (url !== undefined && url.origin !== RULES.origin) throw new Error(`followed to ${url.href}`);
    },
  });
});

it('no Retry-After crashes its parser or gives an invalid delay', () => {
  const word = fc.constantFrom(
    'retry-after: ',
    '1',
    '0',
    '99999999999',
    '.',
    '-',
    'ns',
    'ms',
    'h',
    ' ',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'GMT',
  );
  fuzz(fc, {
    name: 'waits',
    drawn: fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 10 }).map((parts) => parts.join('')),
    ),
    read: (text) => {
      for (const waitMs of [parseRetryAfter(text, 0), findRetryAfterInText(text)]) {
        if (waitMs !== undefined && !(waitMs >= 0 && Number.isFinite(waitMs))) throw new Error(`a wait of ${waitMs}`);
      }
    },
  });
});

/** The part of an answer that matters for the next page. */
function answerWith(link: string): RegistryAnswer {
  return { status: 200, headers: { link }, body: Readable.from([]), url: FROM, wasTokenAccepted: false };
}
