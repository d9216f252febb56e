import { OciError } from '@nx-oci/model';

import { sanitizeText } from '../transport/redact';
import { findObjection, type HostRules, isOwnOrigin, isTrustedHost, refuse } from '../transport/redirect';

/** A token service that may be asked. */
export interface TokenService {
  readonly url: URL;
  /** Whether it may see the credentials; a stranger is asked for an anonymous token. */
  readonly isTrusted: boolean;
}

// The public registries whose token service has another name than they have.
// See https://github.com/devcontainers/cli/issues/1278
const KNOWN_SERVICES: Readonly<Record<string, string>> = {
  'https://registry-1.docker.io': 'https://auth.docker.io',
  'https://registry.gitlab.com': 'https://gitlab.com',
};

/**
 * Decides what to make of the `realm` that a registry names. Whoever answers for the registry chooses this URL, so it
 * is where credentials would be harvested, or our machine sent against its own network.
 *
 * @param rules of the registry that named it.
 * @throws OciError `REALM_REFUSED` when it must not even be asked anonymously.
 */
export function judgeRealm(realm: string, rules: HostRules): TokenService {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const host = new URL(rules.origin).host;
  if (url === undefined) {
    throw new OciError('REALM_REFUSED', `${host} names "${sanitizeText(realm, 100)}" as its token service; that is not a URL.`);
  }
  const objection = findObjection(url, new URL(rules.origin), rules);
  if (objection !== undefined) throw refuse('REALM_REFUSED', `${host} names ${url.protocol}//${url.host} as its token service`, objection);
  return { url, isTrusted: isOwnOrigin(url, rules) || isTrustedHost(url, rules) || KNOWN_SERVICES[rules.origin] === url.origin };
}
