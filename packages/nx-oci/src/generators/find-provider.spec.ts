import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';

import { guessProvider, readProviderClues, type ProviderClues } from './find-provider';

const NOTHING: ProviderClues = { addresses: [], hasGitHubFolder: false, hasGitLabFile: false };

describe('guessProvider', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'github'],
    ['https://github.com/acme/shop', 'github'],
    ['git+https://github.com/acme/shop.git', 'github'],
    ['https://github.acme.com/acme/shop', 'github'],
    ['github:acme/shop', 'github'],
    ['acme/shop', 'github'],
    ['https://user@gitlab.com/acme/shop.git', 'gitlab'],
    ['ssh://git@gitlab.acme.com:2222/acme/shop.git', 'gitlab'],
    ['gitlab:acme/shop', 'gitlab'],
    ['https://bitbucket.org/acme/github', undefined],
    ['https://notgitlab.com/acme/shop', undefined],
    ['/srv/git/shop.git', undefined],
  ])('reads %j as %j', (address, provider) => {
    expect(guessProvider({ ...NOTHING, addresses: [address] })).toBe(provider);
  });

  it('uses files if no address is conclusive, unless there are those of both', () => {
    expect(guessProvider({ ...NOTHING, addresses: ['https://git.acme.com/shop'], hasGitLabFile: true })).toBe('gitlab');
    expect(guessProvider({ ...NOTHING, hasGitHubFolder: true })).toBe('github');
    expect(guessProvider({ ...NOTHING, hasGitHubFolder: true, hasGitLabFile: true })).toBeUndefined();
    expect(guessProvider(NOTHING)).toBeUndefined();
  });

  it('prefers git to package.json, and both to files', () => {
    expect(guessProvider({ ...NOTHING, addresses: ['https://gitlab.com/a/b', 'github:a/b'], hasGitHubFolder: true })).toBe('gitlab');
  });
});

describe('readProviderClues', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
  });

  afterEach(() => workspace.remove());

  const treeAt = (root: string) => Object.assign(createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' }), { root });

  it('reads the remote, package.json and the existing files', async () => {
    workspace.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    const tree = treeAt(workspace.root);
    tree.write('package.json', JSON.stringify({ repository: { url: 'gitlab:acme/shop' } }));
    tree.write('.github/dependabot.yml', '');
    expect(await readProviderClues(tree)).toEqual({
      addresses: ['git@github.com:acme/shop.git', 'gitlab:acme/shop'],
      hasGitHubFolder: true,
      hasGitLabFile: false,
    });
  });

  it('finds no remote without one, or without git', async () => {
    expect(await readProviderClues(treeAt(workspace.root))).toEqual(NOTHING);
    expect(await readProviderClues(treeAt('/nowhere'))).toEqual(NOTHING);
  });
});
