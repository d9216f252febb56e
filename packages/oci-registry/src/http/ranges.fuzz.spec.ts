import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { parseByteRange } from './byte-range';
import { parseChunkRange } from './content-range';
import { parseTarget } from './registry-request';

const header = fc.oneof(
  fc.string(),
  fc.tuple(fc.nat(), fc.nat()).map(([first, last]) => `bytes=${first}-${last}`),
  fc
    .array(fc.constantFrom('bytes', '=', ' ', '-', ',', '/', '*', '0', '1', '99', '9'.repeat(30), '0'.repeat(500)), { maxLength: 12 })
    .map((parts) => parts.join('')),
);

it('no Range reaches outside of the blob', () => {
  fuzz(fc, {
    name: 'ranges',
    drawn: fc.tuple(header, fc.oneof(fc.nat(100), fc.maxSafeNat())),
    read: ([text, size]) => {
      const range = parseByteRange(text, size);
      if (typeof range === 'string') return;
      const { first, last } = range;
      if (!(Number.isSafeInteger(first) && first >= 0 && first <= last && last < size)) throw new Error(`${first}-${last} of ${size}`);
    },
  });
});

it('no Content-Range of a chunk ends before it begins', () => {
  fuzz(fc, {
    name: 'chunk places',
    drawn: header.map((text) => text.replace('bytes=', '')),
    read: (text) => {
      const range = parseChunkRange(text);
      if (typeof range !== 'string' && !(range.first <= range.last)) throw new Error(`${range.first}-${range.last}`);
    },
  });
});

it('no target of a request crashes its reader', () => {
  fuzz(fc, {
    name: 'targets',
    drawn: fc.oneof(
      fc.string(),
      fc.webPath(),
      fc.string({ unit: 'binary' }).map((text) => `/${text}`),
    ),
    read: parseTarget,
  });
});
