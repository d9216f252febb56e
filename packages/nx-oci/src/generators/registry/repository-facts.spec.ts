import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { readRepositoryFacts } from './repository-facts';

it.each([
  ['git+https://github.com/Acme/shop.git', 'Acme', 'shop'],
  [{ type: 'git', url: 'git@github.com:Acme/shop.git' }, 'Acme', 'shop'],
  ['github:Acme/my.shop', 'Acme', 'my.shop'],
  ['Acme/shop', 'Acme', 'shop'],
  ['https://gitlab.com/acme/shop.git', undefined, 'workspace-name'],
  [undefined, undefined, 'workspace-name'],
])('reads owner and name out of %j', (repository, owner, name) => {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write('package.json', JSON.stringify({ name: 'workspace-name', repository }));
  expect(readRepositoryFacts(tree)).toEqual({ owner, name });
});
