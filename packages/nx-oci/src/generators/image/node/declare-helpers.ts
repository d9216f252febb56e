import { posix } from 'node:path';

import { joinPathFragments, parseJson, writeJson } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf, readText } from '../project/build-of';
import { productionDependencies, readPackageJson } from '../project/dependencies-of';

/** Packages that compiled code loads although no source imports them, so that they are often missing. */
export interface FoundHelpers {
  readonly notes: readonly string[];
  /** Adds them to package.json. @returns whether the package manager must install afterwards */
  readonly prepare: () => boolean;
}

const nothing: FoundHelpers = { notes: [], prepare: () => false };

/**
 * `tslib` with `importHelpers`: compiled code does not start without it. Nx prunes to the dependencies in the project's
 * package.json, or to the imports of its code if it has none.
 */
export function declareHelpers(app: App): FoundHelpers {
  const { target, config } = buildOf(app);
  const isCompiledByTypescript = /tsc|webpack|rspack/.test(target?.executor ?? '') || /compiler:\s*['"]tsc['"]/.test(config ?? '');
  if (!isCompiledByTypescript || !hasImportHelpers(app)) return nothing;
  const { tree, project } = app;
  if (!tree.exists(joinPathFragments(project.root, 'package.json'))) return declareInConfig(app);
  const manifest = readPackageJson(app, project.root) ?? {};
  const version = manifest.devDependencies?.['tslib'] ?? installedRange(app);
  if (productionDependencies(manifest)['tslib'] !== undefined || version === undefined) return nothing;
  const file = joinPathFragments(project.root, 'package.json');
  return {
    notes: [`Dependency: tslib ${version} is added to \`dependencies\` of ${file} (compiled with importHelpers, the code loads it).`],
    prepare: () => {
      const { tslib: _moved, ...devDependencies } = manifest.devDependencies ?? {};
      const dependencies = { ...manifest.dependencies, tslib: version };
      writeJson(tree, file, { ...manifest, dependencies, ...(manifest.devDependencies !== undefined && { devDependencies }) });
      return true;
    },
  };
}

const GENERATES = /^([ \t]*)generatePackageJson:\s*true,?[ \t]*$/m;

/**
 * Nx's webpack plugin searches `importHelpers` in the wrong folder, and so leaves tslib out of the package.json that it writes.
 */
function declareInConfig(app: App): FoundHelpers {
  const { config, configFile } = buildOf(app);
  if (config === undefined || configFile === undefined || !GENERATES.test(config) || /\bruntimeDependencies:/.test(config)) return nothing;
  return {
    notes: [`Dependency: tslib is added as \`runtimeDependencies\` to ${configFile} (compiled with importHelpers, the code loads it).`],
    prepare: () => {
      app.tree.write(configFile, config.replace(GENERATES, "$1generatePackageJson: true,\n$1runtimeDependencies: ['tslib'],"));
      return false;
    },
  };
}

function installedRange(app: App): string | undefined {
  const root = readPackageJson(app, '.') ?? {};
  return root.dependencies?.['tslib'] ?? root.devDependencies?.['tslib'];
}

function hasImportHelpers(app: App): boolean {
  const { tree, project } = app;
  let file: string | undefined = ['tsconfig.app.json', 'tsconfig.lib.json', 'tsconfig.json']
    .map((name) => joinPathFragments(project.root, name))
    .find((name) => tree.exists(name));
  for (let depth = 0; file !== undefined && depth < 5; depth++) {
    const { compilerOptions, extends: parent } = parseJson<TsConfig>(readText(tree, file) ?? '{}');
    if (compilerOptions?.importHelpers !== undefined) return compilerOptions.importHelpers;
    const [next] = [parent].flat();
    file = next?.startsWith('.') === true ? posix.join(posix.dirname(file), next.endsWith('.json') ? next : `${next}.json`) : undefined;
  }
  return false;
}

interface TsConfig {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: { readonly importHelpers?: boolean };
}
