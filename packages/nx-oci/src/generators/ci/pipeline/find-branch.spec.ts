import { updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';

import { findBranch } from './find-branch';

let workspace: TestWorkspace;
let tree: Tree;

beforeEach(() => {
  workspace = makeWorkspace();
  tree = Object.assign(createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' }), { root: workspace.root });
  updateJson(tree, 'nx.json', () => ({}));
});

afterEach(() => workspace.remove());

it('is main where nothing says another', async () => {
  expect(await findBranch(tree)).toBe('main');
});

it('is what the remote checks out by default', async () => {
  workspace.commit('first');
  workspace.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  workspace.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect(await findBranch(tree)).toBe('trunk');
});

it('is what nx.json compares with', async () => {
  updateJson(tree, 'nx.json', () => ({ defaultBase: 'origin/develop' }));
  expect(await findBranch(tree)).toBe('develop');
});
