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

it('is main by default', async () => {
  expect(await findBranch(tree)).toBe('main');
});

it('is the default branch of the remote', async () => {
  workspace.commit('first');
  workspace.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  workspace.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect(await findBranch(tree)).toBe('trunk');
});

it('is the base in nx.json', async () => {
  updateJson(tree, 'nx.json', () => ({ defaultBase: 'origin/develop' }));
  expect(await findBranch(tree)).toBe('develop');
});
