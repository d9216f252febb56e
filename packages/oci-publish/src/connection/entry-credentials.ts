import { type CredentialAnswer, type CredentialSource } from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';

/**
 * The `auth` of registries.yaml as a source of credentials.
 *
 * Two entries may share a host with different namespaces; the longest namespace that contains the repository decides.
 */
export function entryCredentials(entries: readonly RegistryEntry[]): CredentialSource {
  const byDepth = [...entries].sort((a, b) => b.namespace.length - a.namespace.length);
  return {
    find: (registry, repository) => {
      const ofHost = byDepth.filter(({ host }) => host === registry);
      const found = answer(ofHost.filter((entry) => covers(entry, repository)));
      const passedOver = ofHost.filter((entry) => entry.auth !== undefined && !covers(entry, repository));
      // A login there is one that the user may expect to count.
      const searched = [...found.searched, ...(found.credential === undefined ? passedOver.map(describePassedOver) : [])];
      return Promise.resolve({ ...found, searched });
    },
  };
}

function covers({ namespace }: RegistryEntry, repository: string): boolean {
  return namespace === '' || repository === namespace || repository.startsWith(`${namespace}/`);
}

function describePassedOver({ name, namespace }: RegistryEntry): string {
  return `registries.yaml (auth of ${name} is for ${namespace}/ alone)`;
}

function answer(entries: readonly RegistryEntry[]): CredentialAnswer {
  const searched: string[] = [];
  for (const { name, auth, authVariables: variables = [], authSkipped } of entries) {
    if (auth === undefined) {
      searched.push(authSkipped ?? `registries.yaml (no auth for ${name})`);
      continue;
    }
    const found = [...searched, `registries.yaml (auth of ${name})`];
    if ('token' in auth) return { credential: { kind: 'registry-token', token: auth.token }, searched: found, variables };
    return { credential: { kind: 'basic', ...auth }, searched: found, variables };
  }
  return { searched };
}
