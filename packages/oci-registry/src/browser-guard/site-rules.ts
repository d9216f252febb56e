import { hasHost, parseHostName } from './host-name';
import { isLocalName, isLoopbackAddress } from './local-name';

/** The host names that a registry answers to. */
export interface SiteRules {
  /** The address that it listens on. */
  readonly host: string;
  /** Explicitly allowed names: `registry.lan`, `*.corp.lan`, or `*` for all. */
  readonly allowedHosts: readonly string[];
  /** With a login, the check is unnecessary: a rebound page has no credentials. */
  readonly login?: unknown;
}

/**
 * Whether the `Host` header names this registry. A web site can point its own name at 127.0.0.1 (DNS rebinding) and would then
 * have our origin: without a login, a registry on a loopback address only answers to names of this machine.
 */
export function isOwnName(header: string | undefined, { host, allowedHosts, login }: SiteRules): boolean {
  // Only HTTP/1.0 may omit it, and no browser uses that.
  if (header === undefined) return true;
  const isOpen = allowedHosts.length === 0 && (login !== undefined || !isLoopbackAddress(host));
  if (isOpen) return true;
  const name = parseHostName(header);
  return name !== undefined && (isLocalName(name) || name === host.toLowerCase() || hasHost(allowedHosts, name));
}
