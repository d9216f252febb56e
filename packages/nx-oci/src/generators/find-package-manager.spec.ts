import { updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { findPackageManager, type PackageManager } from './find-package-manager';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

const BERRY = '# Yarn\n\n__metadata:\n  version: 8\n';

it.each<[string, string, Partial<PackageManager>]>([
  ['package-lock.json', '{}', { name: 'npm', install: 'npm ci', exec: 'npx' }],
  ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n", { name: 'pnpm', install: 'pnpm install --frozen-lockfile', exec: 'pnpm exec', major: 10 }],
  ['pnpm-lock.yaml', "lockfileVersion: '6.0'\n", { name: 'pnpm', major: 8 }],
  ['yarn.lock', '# yarn lockfile v1\n', { name: 'yarn', install: 'yarn install --frozen-lockfile', exec: 'yarn', needsCorepack: false }],
  ['yarn.lock', BERRY, { name: 'yarn', install: 'yarn install --immutable', needsCorepack: true }],
  ['bun.lock', '{}', { name: 'bun', install: 'bun install --frozen-lockfile', exec: 'bun' }],
  ['bun.lockb', '', { name: 'bun' }],
])('reads %s: %j', (lockFile, text, expected) => {
  tree.write(lockFile, text);
  expect(findPackageManager(tree)).toMatchObject({ lockFile, ...expected });
});

it('needs no corepack for a yarn in the workspace', () => {
  tree.write('yarn.lock', BERRY);
  tree.write('.yarnrc.yml', 'yarnPath: .yarn/releases/yarn-4.6.0.cjs\n');
  expect(findPackageManager(tree).needsCorepack).toBe(false);
});

it('detects whether package.json pins its version', () => {
  tree.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
  expect(findPackageManager(tree).isPinned).toBe(false);
  updateJson(tree, 'package.json', (json: object) => ({ ...json, packageManager: 'yarn@4.6.0' }));
  expect(findPackageManager(tree).isPinned).toBe(false);
  updateJson(tree, 'package.json', (json: object) => ({ ...json, packageManager: 'pnpm@10.4.0' }));
  expect(findPackageManager(tree).isPinned).toBe(true);
});

it('follows nx.json if there are several lock files', () => {
  tree.write('package-lock.json', '{}');
  tree.write('yarn.lock', '# yarn lockfile v1\n');
  expect(findPackageManager(tree).name).toBe('yarn');
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, cli: { packageManager: 'npm' } }));
  expect(findPackageManager(tree)).toMatchObject({ name: 'npm', lockFile: 'package-lock.json' });
});

it('ignores an unknown package manager in nx.json, which would become a command', () => {
  tree.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, cli: { packageManager: 'npm; id' } }));
  expect(findPackageManager(tree)).toMatchObject({ name: 'pnpm', exec: 'pnpm exec' });
});

it('installs without a lock file if there is none', () => {
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, cli: { packageManager: 'npm' } }));
  expect(findPackageManager(tree)).toMatchObject({ lockFile: undefined, install: 'npm install' });
});
