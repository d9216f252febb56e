import {
  addDependenciesToPackageJson,
  formatFiles,
  logger,
  readJson,
  readNxJson,
  updateNxJson,
  type GeneratorCallback,
  type NxJsonConfiguration,
  type Tree,
} from '@nx/devkit';

import { REGISTRIES_FILE } from '../../configuration/problem';
import { ownVersion } from '../../own-version';
import { NEXT_STEPS, STARTER } from './starter';

const PLUGIN = 'nx-oci';

export interface InitOptions {
  readonly keepExistingVersions?: boolean;
}

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Prepares a workspace; what is there already stays as it is. Runs after `nx add nx-oci`. */
export async function initGenerator(tree: Tree, options: InitOptions = {}): Promise<GeneratorCallback> {
  registerPlugin(tree);
  if (!tree.exists(REGISTRIES_FILE)) tree.write(REGISTRIES_FILE, STARTER);
  ignoreGenerated(tree);
  const install = addDependency(tree, options);
  await formatFiles(tree);
  return async () => {
    await install();
    logger.info(NEXT_STEPS);
  };
}

export default initGenerator;

function registerPlugin(tree: Tree): void {
  const nxJson: NxJsonConfiguration = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  if (plugins.some((plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin) === PLUGIN)) return;
  updateNxJson(tree, { ...nxJson, plugins: [...plugins, PLUGIN] });
}

// Images are written to dist/images, Nx keeps its data in .nx, and the local registry of the starter is in tmp. Git must see
// none of them: what is published from a working tree with changes is not published as clean.
const GENERATED: readonly { readonly folder: string; readonly isIgnoredBy: RegExp }[] = [
  { folder: 'dist', isIgnoredBy: /^(?:\*\*\/|\/)?dist(?:\/(?:\*\*?)?)?$/ },
  // Nx itself writes one line for each folder below it.
  { folder: '.nx', isIgnoredBy: /^\/?\.nx(?:\/|$)/ },
  { folder: 'tmp', isIgnoredBy: /^(?:\*\*\/|\/)?tmp(?:\/(?:\*\*?)?)?$/ },
];

function ignoreGenerated(tree: Tree): void {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const missing = GENERATED.filter(({ isIgnoredBy }) => !lines.some((line) => isIgnoredBy.test(line)));
  if (missing.length === 0) return;
  const added = missing.map(({ folder }) => `${folder}\n`).join('');
  tree.write('.gitignore', text === '' || text.endsWith('\n') ? text + added : `${text}\n${added}`);
}

function addDependency(tree: Tree, { keepExistingVersions }: InitOptions): GeneratorCallback {
  const { dependencies = {}, devDependencies = {} } = readJson<PackageJson>(tree, 'package.json');
  const isThere = PLUGIN in dependencies || PLUGIN in devDependencies;
  return isThere
    ? () => undefined
    : addDependenciesToPackageJson(tree, {}, { [PLUGIN]: ownVersion() }, 'package.json', keepExistingVersions);
}
