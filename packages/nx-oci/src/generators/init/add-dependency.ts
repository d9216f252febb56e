import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { ownVersion } from '@nx-oci/publish';

import { readJson, writeJson } from '../../nx/devkit';
import { installPackages } from '../install-packages';

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Adds one of our packages to package.json, unless it is there already, as after `nx add`.
 *
 * @returns a callback that installs it once the tree is written
 */
export function addDependency(tree: Tree, name: string): GeneratorCallback {
  const content = readJson<PackageJson>(tree, 'package.json');
  const { dependencies = {}, devDependencies = {} } = content;
  if (name in dependencies || name in devDependencies) return () => undefined;
  writeJson(tree, 'package.json', { ...content, devDependencies: { ...devDependencies, [name]: ownVersion() } });
  return () => installPackages(tree, name);
}
