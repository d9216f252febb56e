import { toSourceUrl } from './remote-url';

describe('toSourceUrl', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
    ['ssh://git@git.corp.lan:2222/team/shop.git', 'https://git.corp.lan/team/shop'],
    ['https://user:secret@github.com/acme/shop.git', 'https://github.com/acme/shop'],
    ['https://git.corp.lan:8443/team/shop/', 'https://git.corp.lan:8443/team/shop'],
    ['http://git.corp.lan/shop', 'http://git.corp.lan/shop'],
  ])('makes %s readable as %s', (remote, expected) => expect(toSourceUrl(remote)).toBe(expected));

  it.each(['/srv/git/shop.git', 'file:///srv/git/shop.git', '../shop', 'C:\\repos\\shop', ''])('has no address for %p', (remote) => {
    expect(toSourceUrl(remote)).toBeUndefined();
  });
});
