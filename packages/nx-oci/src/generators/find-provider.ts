import { type Tree } from '@nx/devkit';
import { isOciError } from '@nx-oci/model';
import { hostOfRemote, runGit } from '@nx-oci/publish';

import { readJson } from '../nx/devkit';

export const PROVIDERS = ['github', 'gitlab'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The clues for the CI system: the address of the repository, and its files of CI systems. */
export interface ProviderClues {
  /** Addresses of the repository, most reliable first, as written in git or package.json. */
  readonly addresses: readonly string[];
  readonly hasGitHubFolder: boolean;
  readonly hasGitLabFile: boolean;
}

export async function readProviderClues(tree: Tree): Promise<ProviderClues> {
  const addresses = [await readRemote(tree.root), readRepository(tree)];
  return {
    addresses: addresses.filter((address) => address !== undefined),
    hasGitHubFolder: tree.exists('.github'),
    hasGitLabFile: tree.exists('.gitlab-ci.yml'),
  };
}

/** The CI system that the clues suggest; `undefined` if they suggest none, or both. Pure. */
export function guessProvider({ addresses, hasGitHubFolder, hasGitLabFile }: ProviderClues): Provider | undefined {
  const named = addresses.map(providerOf).find((provider) => provider !== undefined);
  if (named !== undefined || hasGitHubFolder === hasGitLabFile) return named;
  return hasGitHubFolder ? 'github' : 'gitlab';
}

/** `github:owner/name` and `owner/name` are forms of package.json. The name of a self-managed GitLab mostly contains `gitlab`. */
function providerOf(address: string): Provider | undefined {
  if (/^(?:github:)?[\w.-]+\/[\w.-]+$/.test(address)) return 'github';
  if (address.startsWith('gitlab:')) return 'gitlab';
  const host = hostOfRemote(address.replace(/^git\+(?=https?:)/, '')) ?? '';
  if (/(?:^|\.)github\b/.test(host)) return 'github';
  return /(?:^|\.)gitlab\b/.test(host) ? 'gitlab' : undefined;
}

async function readRemote(folder: string): Promise<string | undefined> {
  try {
    const { ok, stdout } = await runGit(folder, ['remote', 'get-url', 'origin']);
    return ok && stdout !== '' ? stdout : undefined;
  } catch (error) {
    // Without git there is no remote either.
    if (isOciError(error, 'GIT_UNAVAILABLE')) return undefined;
    throw error;
  }
}

function readRepository(tree: Tree): string | undefined {
  if (!tree.exists('package.json')) return undefined;
  const { repository } = readJson<{ readonly repository?: string | { readonly url?: string } }>(tree, 'package.json');
  return typeof repository === 'string' ? repository : repository?.url;
}
