import { isSameRepository, toSourceUrl } from './remote-url';

describe('toSourceUrl', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
    ['git@github.com-work:acme/shop.git', 'https://github.com/acme/shop'],
    ['github.com_private:acme/shop', 'https://github.com/acme/shop'],
    ['ssh://git@ssh.github.com:443/acme/shop.git', 'https://github.com/acme/shop'],
    ['ssh://git@altssh.gitlab.com:443/group/sub/shop.git', 'https://gitlab.com/group/sub/shop'],
    ['git@ssh.dev.azure.com:v3/acme/My%20Project/shop', 'https://dev.azure.com/acme/My%20Project/_git/shop'],
    ['acme@vs-ssh.visualstudio.com:v3/acme/project/shop', 'https://dev.azure.com/acme/project/_git/shop'],
    ['git://github.com/acme/shop.git', 'https://github.com/acme/shop'],
    ['https://user:secret@github.com/acme/shop.git', 'https://github.com/acme/shop'],
    ['https://github.com/acme/shop.git?access_token=secret', 'https://github.com/acme/shop'],
    ['https://git.corp.lan:8443/team/shop/', 'https://git.corp.lan:8443/team/shop'],
    ['http://git.corp.lan/shop', 'http://git.corp.lan/shop'],
  ])('converts %s to %s', (remote, expected) => expect(toSourceUrl(remote)).toBe(expected));

  it.each([
    'ssh://git@git.corp.lan:2222/team/shop.git',
    'git@work:acme/shop.git',
    'git@github-work:acme/shop.git',
    'git@github.community:a/b',
  ])('ignores an ssh host that may be an alias, or whose pages may be on another host: %s', (remote) =>
    expect(toSourceUrl(remote)).toBeUndefined(),
  );

  it.each(['/srv/git/shop.git', 'file:///srv/git/shop.git', '../shop', 'C:\\repos\\shop', 'C:/repos/shop', ''])(
    'returns nothing for %p',
    (remote) => {
      expect(toSourceUrl(remote)).toBeUndefined();
    },
  );
});

describe('two addresses of a repository', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
    ['https://token@github.com/Acme/Shop.git/', 'acme/shop'],
    ['git@gitlab.com:acme/platform/api.git', 'ssh://git@altssh.gitlab.com:443/acme/platform/api.git'],
    ['ssh://git@git.example.com:7999/acme/shop.git', 'https://git.example.com/scm/acme/shop.git'],
    ['git@ssh.dev.azure.com:v3/acme/web/shop', 'https://acme@dev.azure.com/acme/web/_git/shop'],
  ])('are the same one: %s and %s', (one, other) => {
    expect(isSameRepository(one, other)).toBe(true);
    expect(isSameRepository(other, one)).toBe(true);
  });

  it.each([
    ['git@github.com:acme/shop.git', 'https://github.com/mallory/shop'],
    // A nested group: the last two names are equal.
    ['git@gitlab.com:acme/platform/api.git', 'https://gitlab.com/mallory/platform/api.git'],
    ['git@gitlab.com:platform/api.git', 'https://gitlab.com/mallory/platform/api.git'],
    ['', ''],
  ])('are two: %s and %s', (one, other) => {
    expect(isSameRepository(one, other)).toBe(false);
    expect(isSameRepository(other, one)).toBe(false);
  });
});
