import { digestOf, isTag } from '@nx-oci/model';

import { referrersTag } from './referrers-tag';

it('the referrers tag consists of the digest, truncated if it is too long for a tag', () => {
  expect(referrersTag(digestOf('x'))).toBe(digestOf('x').replace(':', '-'));
  const long = referrersTag(digestOf('x', 'sha512'));
  expect(long).toBe(
    digestOf('x', 'sha512')
      .replace(':', '-')
      .slice(0, 'sha512-'.length + 64),
  );
  expect(isTag(long)).toBe(true);
});
