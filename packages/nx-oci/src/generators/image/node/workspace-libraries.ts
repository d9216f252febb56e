import { getProjects } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { productionDependencies, readPackageJson } from '../project/dependencies-of';

/** Names of the workspace packages that an app's own package.json depends on, directly or indirectly. */
export function workspaceLibraries(app: App): readonly string[] {
  const packages = new Map(
    Object.values(app.resolved ?? Object.fromEntries(getProjects(app.tree))).flatMap(({ root }) => {
      const manifest = root === '.' ? undefined : readPackageJson(app, root);
      return manifest?.name === undefined ? [] : [[manifest.name, manifest] as const];
    }),
  );
  const found = new Set<string>();
  const add = (names: readonly string[]): void => {
    for (const name of names) {
      const manifest = packages.get(name);
      if (manifest === undefined || found.has(name)) continue;
      found.add(name);
      add(Object.keys(productionDependencies(manifest)));
    }
  };
  add(Object.keys(productionDependencies(readPackageJson(app, app.project.root) ?? {})));
  return [...found].toSorted();
}
