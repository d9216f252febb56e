import { posix } from 'node:path';

import { joinPathFragments, parseJson, writeJson } from '../../../nx/devkit';
import { type App } from '../kinds/kind';
import { buildOf, readText } from './build-of';
import { productionDependencies, readPackageJson } from './dependencies-of';

/** Packages that a compiler has the code load, which nobody imports and so are often forgotten. */
export interface FoundHelpers {
  readonly notes: readonly string[];
  /** Names them in package.json. @returns whether the package manager has to install afterwards */
  readonly prepare: () => boolean;
}

/**
 * `tslib` with `importHelpers`: compiled code does not start without it. Nx leaves it out of what it prunes unless it is among the
 * production dependencies: of the project's package.json, of the workspace's where that is the only one.
 */
export function declareHelpers(app: App): FoundHelpers {
  const nothing = { notes: [], prepare: () => false };
  const { target, config } = buildOf(app);
  const isCompiledByTypescript = /tsc|webpack|rspack/.test(target?.executor ?? '') || /compiler:\s*['"]tsc['"]/.test(config ?? '');
  if (!isCompiledByTypescript || !hasImportHelpers(app)) return nothing;
  const hasOwn = app.tree.exists(joinPathFragments(app.project.root, 'package.json'));
  const folder = hasOwn ? app.project.root : '.';
  const manifest = readPackageJson(app, folder) ?? {};
  if (productionDependencies(manifest)['tslib'] !== undefined) return nothing;
  const version = manifest.devDependencies?.['tslib'] ?? installedRange(app);
  if (version === undefined) return nothing;
  const file = joinPathFragments(folder, 'package.json');
  return {
    notes: [`Dependency: tslib ${version} is added to \`dependencies\` of ${file} (compiled with importHelpers, the code loads it).`],
    prepare: () => {
      const { tslib: _moved, ...devDependencies } = manifest.devDependencies ?? {};
      const dependencies = { ...manifest.dependencies, tslib: version };
      writeJson(app.tree, file, { ...manifest, dependencies, ...(manifest.devDependencies !== undefined && { devDependencies }) });
      return true;
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
