import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { ownVersion } from '@nx-oci/publish';

import { readJson, writeJson } from '../../nx/devkit';
import { findPackageManager } from '../find-package-manager';

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Names a package of ours in package.json, unless it is there, as it is after `nx add`.
 *
 * @returns what installs it when the tree is written
 */
export function addDependency(tree: Tree, name: string): GeneratorCallback {
  const content = readJson<PackageJson>(tree, 'package.json');
  const { dependencies = {}, devDependencies = {} } = content;
  if (name in dependencies || name in devDependencies) return () => undefined;
  writeJson(tree, 'package.json', { ...content, devDependencies: { ...devDependencies, [name]: ownVersion() } });
  const manager = findPackageManager(tree).name;
  return async () => {
    try {
      await promisify(execFile)(manager, ['install'], { cwd: tree.root });
    } catch (cause) {
      const remedy = `package.json lists it. Run \`${manager} install\` and read its output.`;
      throw new Error(`Cannot install ${name}: \`${manager} install\` failed.\n${remedy}`, { cause });
    }
  };
}
