import { type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { findNodeVersion } from './find-node-version';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

it('is 22 if no file names one', () => {
  expect(findNodeVersion(tree)).toEqual({ file: undefined, version: '22' });
});

it.each([
  ['.nvmrc', 'v24.1.0\n', '24.1.0'],
  ['.nvmrc', '24', '24'],
  ['.nvmrc', 'lts/jod\n', '22'],
  ['.node-version', '20.19\n', '20.19'],
])('is the one in %s: %j', (file, text, version) => {
  tree.write(file, text);
  expect(findNodeVersion(tree)).toEqual({ file, version });
});
