import { type Tree } from '@nx/devkit';

import { readJson } from '../../nx/devkit';

/** Where the workspace is hosted, according to the root's package.json. */
export interface RepositoryFacts {
  /** Owner on GitHub, if package.json names a repository there. */
  readonly owner: string | undefined;
  /** Name of the repository, or of the workspace. */
  readonly name: string;
}

interface PackageJson {
  readonly name?: string;
  readonly repository?: string | { readonly url?: string };
}

/** Reads the facts; all of them have a fallback. */
export function readRepositoryFacts(tree: Tree): RepositoryFacts {
  const { name, repository } = tree.exists('package.json') ? readJson<PackageJson>(tree, 'package.json') : {};
  const url = typeof repository === 'string' ? repository : (repository?.url ?? '');
  // `github:owner/repo`, `owner/repo`, `git+https://github.com/owner/repo.git`, `git@github.com:owner/repo.git`
  const [, owner, repo] = /^(?:github:|.*github\.com[/:])?([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
  return { owner, name: repo ?? name ?? 'workspace' };
}
