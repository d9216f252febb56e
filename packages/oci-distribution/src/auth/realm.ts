import { OciError } from '@nx-oci/model';

import { sanitizeText } from '../transport/redact';
import { findObjection, type HostRules, isOwnOrigin, isTrustedHost, refuse } from '../transport/redirect';

/** A token service. */
export interface TokenService {
  readonly url: URL;
  /** Whether it may receive the credentials; others are asked for an anonymous token. */
  readonly isTrusted: boolean;
}

// Public registries whose token service has another host name.
// See https://github.com/devcontainers/cli/issues/1278
const KNOWN_SERVICES: Readonly<Record<string, string>> = {
  'https://registry-1.docker.io': 'https://auth.docker.io',
  'https://registry.gitlab.com': 'https://gitlab.com',
};

/**
 * Decides whether to use the `realm` that a registry names. An attacker who answers for the registry chooses this URL, to
 * collect credentials or to reach the private network of this machine.
 *
 * @param rules of the registry that named it.
 * @throws OciError `REALM_REFUSED` if it must not even be asked anonymously.
 */
export function checkRealm(realm: string, rules: HostRules): TokenService {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const host = new URL(rules.origin).host;
  if (url === undefined) {
    throw new OciError('REALM_REFUSED', `${host} names "${sanitizeText(realm, 100)}" as its token service, which is not a URL.`);
  }
  const objection = findObjection(url, new URL(rules.origin), rules);
  if (objection !== undefined) throw refuse('REALM_REFUSED', `${host} names ${url.protocol}//${url.host} as its token service`, objection);
  return { url, isTrusted: isOwnOrigin(url, rules) || isTrustedHost(url, rules) || KNOWN_SERVICES[rules.origin] === url.origin };
}
