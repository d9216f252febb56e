import { OciError, type OciErrorCode } from '@nx-oci/model';

import { isPrivateHost } from './private-address';
import { redactUrl } from './redact';

/** What a registry may send us to. */
export interface HostRules {
  /** Scheme, host and port of the registry itself. */
  readonly origin: string;
  /** `host[:port]` that the user vouches for. */
  readonly trustedHosts: readonly string[];
}

/** Hops of one request, after which a redirect is taken for a loop. */
export const MAX_REDIRECTS = 5;

/** The statuses that send a GET or HEAD elsewhere. 304 and 300 do not. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Whether credentials may go to `url`: only to the registry's own scheme, host and port. */
export function isOwnOrigin(url: URL, rules: HostRules): boolean {
  return url.origin === rules.origin;
}

/** Whether the user said that `url`'s host belongs to the registry. */
export function isTrustedHost(url: URL, rules: HostRules): boolean {
  return rules.trustedHosts.includes(url.host);
}

/**
 * Where a `Location` leads, once it is certain that we may go there.
 *
 * Refused are: other schemes, HTTPS to HTTP, names and passwords in the URL, and private addresses unless the registry
 * itself is at one (a public registry has no business on the reader's network).
 *
 * @param location absolute, or relative to `from`.
 * @throws OciError `REDIRECT_REFUSED`
 */
export function followLocation(from: URL, location: string, rules: HostRules): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const objection = target === undefined ? 'that is not a URL' : findObjection(target, from, rules);
  if (target !== undefined && objection === undefined) return target;
  throw refuse('REDIRECT_REFUSED', `${new URL(rules.origin).host} sent us to ${target ? redactUrl(target) : 'another place'}`, objection);
}

/**
 * Why a URL that a registry named is not to be used, if there is a reason.
 *
 * @param from the URL whose answer named it: a hop must not lose the protection that the one before had.
 */
export function findObjection(target: URL, from: URL, rules: HostRules): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return 'only http and https are followed';
  if (target.protocol === 'http:' && from.protocol === 'https:') return 'that is without TLS, though the registry is spoken to with TLS';
  if (target.username !== '' || target.password !== '') return 'that carries a user name or a password';
  if (isOwnOrigin(target, rules) || isTrustedHost(target, rules)) return undefined;
  if (isPrivateHost(target.hostname) && !isPrivateHost(new URL(rules.origin).hostname)) return 'that is a private address';
  return undefined;
}

export function refuse(code: OciErrorCode, whatHappened: string, objection = 'that is not allowed'): OciError {
  return new OciError(code, `${whatHappened}; ${objection}.`, {
    hint: 'Check the public URL in the registry’s own configuration. If the host does belong to it, name it in `trustedHosts` of this registry.',
  });
}
