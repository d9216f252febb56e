import { type Tree } from '@nx/devkit';

import { readJson } from '../../nx/devkit';
import { guessProvider, type Provider, readProviderClues } from '../find-provider';

/** Where the workspace is hosted, according to git and the root's package.json. */
export interface RepositoryFacts {
  /** Owner on GitHub, if the repository is there. */
  readonly owner: string | undefined;
  /** Name of the repository, or of the workspace. */
  readonly name: string;
  /** The project, if the repository is at a GitLab: `gitlab.com` and `group/project`. */
  readonly gitlab: { readonly host: string; readonly path: string } | undefined;
  /** The CI system; `undefined` if nothing suggests one, or both. */
  readonly provider: Provider | undefined;
}

/** Reads the facts; all of them have a fallback. */
export async function readRepositoryFacts(tree: Tree): Promise<RepositoryFacts> {
  const clues = await readProviderClues(tree);
  const [github] = clues.addresses.flatMap((address) => parseGithub(address) ?? []);
  const [gitlab] = clues.addresses.flatMap((address) => parseGitlab(address) ?? []);
  return {
    owner: github?.owner,
    name: github?.name ?? gitlab?.path.split('/').at(-1) ?? readName(tree) ?? 'workspace',
    gitlab,
    provider: guessProvider(clues),
  };
}

function readName(tree: Tree): string | undefined {
  return tree.exists('package.json') ? readJson<{ readonly name?: string }>(tree, 'package.json').name : undefined;
}

/** `github:owner/repo`, `owner/repo`, `git+https://github.com/owner/repo.git`, `git@github.com:owner/repo.git` */
function parseGithub(address: string): { readonly owner: string; readonly name: string } | undefined {
  const [, owner, name] = /^(?:github:|.*github\.com[/:])?(\w[\w.-]*)\/([\w.-]+?)(?:\.git)?$/.exec(address) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

/**
 * `gitlab:group/project`, `https://user@gitlab.corp/group/sub/project.git`, `git@gitlab.com:group/project.git`. The port of
 * https is part of the host, that of ssh is not.
 */
function parseGitlab(address: string): { readonly host: string; readonly path: string } | undefined {
  const [, short] = /^gitlab:([\w./-]+)$/.exec(address) ?? [];
  if (short !== undefined) return { host: 'gitlab.com', path: short };
  const [, web, host, path] =
    /^(?:git\+)?(?:(https?):\/\/)?(?:ssh:\/\/)?(?:[^@/\s]+@)?((?:[\w-]+\.)*gitlab[\w.-]*(?::\d+(?=\/))?)[:/]+([\w./-]+?)(?:\.git)?\/?$/.exec(
      address,
    ) ?? [];
  if (host === undefined || path === undefined || !path.includes('/')) return undefined;
  return { host: web === undefined ? host.replace(/:\d+$/, '') : host, path };
}
