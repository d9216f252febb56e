import { type Credential } from '@nx-oci/distribution';

import { type RegistryEntry } from '../configuration/registry-entry';

/** A credential for all of a host, as builders store them: of two entries with one host, the first that has one. */
export function entryLogins(entries: readonly RegistryEntry[]): readonly { readonly registry: string; readonly credential: Credential }[] {
  const logins = new Map<string, Credential>();
  for (const { host, auth } of entries) {
    if (auth === undefined || logins.has(host)) continue;
    logins.set(host, 'token' in auth ? { kind: 'registry-token', token: auth.token } : { kind: 'basic', ...auth });
  }
  return [...logins].map(([registry, credential]) => ({ registry, credential }));
}
