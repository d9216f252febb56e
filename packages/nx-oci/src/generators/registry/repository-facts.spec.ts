import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';

import { readRepositoryFacts, type RepositoryFacts } from './repository-facts';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = makeWorkspace();
});
afterEach(() => workspace.remove());

async function factsOf(repository: unknown, remote?: string): Promise<RepositoryFacts> {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  if (remote !== undefined) workspace.git('remote', 'add', 'origin', remote);
  Object.defineProperty(tree, 'root', { value: workspace.root });
  tree.write('package.json', JSON.stringify({ name: 'workspace-name', repository }));
  return readRepositoryFacts(tree);
}

it.each([
  ['git+https://github.com/Acme/shop.git', 'Acme', 'shop'],
  [{ type: 'git', url: 'git@github.com:Acme/shop.git' }, 'Acme', 'shop'],
  ['github:Acme/my.shop', 'Acme', 'my.shop'],
  ['Acme/shop', 'Acme', 'shop'],
  ['https://bitbucket.org/acme/shop.git', undefined, 'workspace-name'],
  [undefined, undefined, 'workspace-name'],
])('reads the owner on GitHub, and the name, out of %j', async (repository, owner, name) => {
  expect(await factsOf(repository)).toMatchObject({ owner, name, gitlab: undefined });
});

it.each([
  ['gitlab:acme/shop', 'gitlab.com', 'acme/shop'],
  ['git@gitlab.com:acme/team/shop.git', 'gitlab.com', 'acme/team/shop'],
  ['https://ci:secret@gitlab.com/acme/shop.git', 'gitlab.com', 'acme/shop'],
  ['git+https://gitlab.corp.example/acme/shop.git', 'gitlab.corp.example', 'acme/shop'],
  ['https://gitlab.corp.example:8443/acme/shop', 'gitlab.corp.example:8443', 'acme/shop'],
  ['ssh://git@gitlab.corp.example:2222/acme/shop.git', 'gitlab.corp.example', 'acme/shop'],
  ['git@git.gitlab.corp:acme/shop.git', 'git.gitlab.corp', 'acme/shop'],
])('reads host and project of GitLab out of %s', async (address, host, path) => {
  expect(await factsOf(address)).toMatchObject({ owner: undefined, gitlab: { host, path }, name: 'shop', provider: 'gitlab' });
});

it('prefers the remote of git to package.json', async () => {
  expect(await factsOf('github:old/name', 'git@github.com:acme/shop.git')).toMatchObject({
    owner: 'acme',
    name: 'shop',
    provider: 'github',
  });
});

it.each(['/srv/git/shop', '../shop', 'https://example.com/gitlab/shop.git', ''])('takes nothing from %j', async (remote) => {
  expect(await factsOf(undefined, remote === '' ? undefined : remote)).toMatchObject({ owner: undefined, gitlab: undefined });
});
