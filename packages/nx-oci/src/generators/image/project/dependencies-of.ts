import { joinPathFragments, readJson } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { readText } from './build-of';
import { findSource } from './find-source';

export interface PackageJson {
  readonly name?: string;
  readonly main?: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
}

/** The package.json in a folder; undefined if there is none. */
export function readPackageJson({ tree }: Pick<App, 'tree'>, folder: string): PackageJson | undefined {
  const file = joinPathFragments(folder, 'package.json');
  return tree.exists(file) ? readJson<PackageJson>(tree, file) : undefined;
}

/** The production dependencies of a package.json. */
export function productionDependencies({
  dependencies,
  optionalDependencies,
  peerDependencies,
}: PackageJson): Readonly<Record<string, string>> {
  return { ...peerDependencies, ...optionalDependencies, ...dependencies };
}

/**
 * Names of the packages that a project uses: from its own package.json, else from the imports of its main file, if all projects
 * share one package.json.
 */
export function dependenciesOf(app: App): readonly string[] {
  const { tree, project } = app;
  const own = project.root === '.' ? undefined : readPackageJson(app, project.root);
  const source = findSource(app);
  const text = source === undefined ? '' : (readText(tree, source) ?? '');
  const imported = [...text.matchAll(/(?:from\s+|require\(\s*|import\s+)['"]((?:@[\w.-]+\/)?[\w.-]+)/g)].flatMap(([, name]) => name ?? []);
  return [...new Set([...Object.keys(own === undefined ? {} : productionDependencies(own)), ...imported])];
}
