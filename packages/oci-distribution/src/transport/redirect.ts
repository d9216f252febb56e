import { OciError, type OciErrorCode } from '@nx-oci/model';

import { isPrivateHost } from './private-address';
import { redactUrl } from './redact';

/** Where a registry may redirect to. */
export interface HostRules {
  /** Scheme, host and port of the registry itself. */
  readonly origin: string;
  /** `host[:port]` that the user trusts. */
  readonly trustedHosts: readonly string[];
}

/** Redirects of one request; more are treated as a loop. */
export const MAX_REDIRECTS = 5;

/** The statuses that redirect a GET or HEAD. 304 and 300 do not. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Whether credentials may go to `url`: only to the registry's own scheme, host and port. */
export function isOwnOrigin(url: URL, rules: HostRules): boolean {
  return url.origin === rules.origin;
}

/** Whether the user trusts the host of `url` as part of the registry. */
export function isTrustedHost(url: URL, rules: HostRules): boolean {
  return rules.trustedHosts.includes(url.host);
}

/**
 * The URL of a `Location`, if it is safe to follow.
 *
 * Refuses other schemes, HTTPS to HTTP, user names and passwords in the URL, and private addresses unless the registry itself
 * is at one (a public registry must not reach into the user's network).
 *
 * @param location absolute, or relative to `from`.
 * @throws OciError `REDIRECT_REFUSED`
 */
export function followLocation(from: URL, location: string, rules: HostRules): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const objection = target === undefined ? 'which is not a URL' : findObjection(target, from, rules);
  if (target !== undefined && objection === undefined) return target;
  throw refuse(
    'REDIRECT_REFUSED',
    `${new URL(rules.origin).host} redirected to ${target ? redactUrl(target) : 'an invalid address'}`,
    objection,
  );
}

/**
 * Why a URL that a registry named must not be used; `undefined` if it may.
 *
 * @param from the URL whose answer named it: a redirect must not lose the protection of the previous one.
 */
export function findObjection(target: URL, from: URL, rules: HostRules): string | undefined {
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return 'which is neither http nor https';
  if (target.protocol === 'http:' && from.protocol === 'https:') return 'which does not use TLS, although the registry does';
  if (target.username !== '' || target.password !== '') return 'which contains a user name or a password';
  if (isOwnOrigin(target, rules) || isTrustedHost(target, rules)) return undefined;
  if (isPrivateHost(target.hostname) && !isPrivateHost(new URL(rules.origin).hostname)) return 'which is a private address';
  return undefined;
}

export function refuse(code: OciErrorCode, whatHappened: string, objection = 'which is not allowed'): OciError {
  return new OciError(code, `${whatHappened}, ${objection}.`, {
    hint: 'Check the public URL in the registry’s own configuration. If the host belongs to it, add it to `trustedHosts` of this registry.',
  });
}
