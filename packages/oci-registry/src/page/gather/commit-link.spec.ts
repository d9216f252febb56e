import fc from 'fast-check';

import { findCommit, webAddress } from './commit-link';

const REVISION = '0123456789abcdef0123456789abcdef01234567';

describe('the link to a commit', () => {
  it.each([
    ['https://github.com/acme/shop', `https://github.com/acme/shop/commit/${REVISION}`],
    ['https://github.com/acme/shop.git', `https://github.com/acme/shop/commit/${REVISION}`],
    ['https://github.com/acme/shop.git#main', `https://github.com/acme/shop/commit/${REVISION}`],
    ['https://github.com/acme/shop/tree/main/apps/api', `https://github.com/acme/shop/commit/${REVISION}`],
    ['git@github.com:acme/shop.git', `https://github.com/acme/shop/commit/${REVISION}`],
    ['ssh://git@git.corp.lan/acme/shop', `https://git.corp.lan/acme/shop/commit/${REVISION}`],
    ['https://gitlab.com/acme/shop/-/tree/main', `https://gitlab.com/acme/shop/-/commit/${REVISION}`],
    ['https://gitlab.corp.lan/a/b/c.git', `https://gitlab.corp.lan/a/b/c/-/commit/${REVISION}`],
    ['https://bitbucket.org/acme/shop', `https://bitbucket.org/acme/shop/commits/${REVISION}`],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['https://user:password@github.com/acme/shop', undefined],
    ['https://github.com', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %s is %s', (source, url) => {
    expect(findCommit(source, REVISION)).toEqual({ revision: REVISION, isHash: true, url });
  });

  it('needs a revision that is a commit', () => {
    expect(findCommit('https://github.com/acme/shop', undefined)).toBeUndefined();
    expect(findCommit('https://github.com/acme/shop', '../../evil')?.url).toBeUndefined();
  });

  it('only ever leads to a web page', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'javascript', 'data'] }), fc.string()), (text) => {
        expect(webAddress(text) ?? 'https://').toMatch(/^https?:\/\//);
      }),
    );
  });
});
