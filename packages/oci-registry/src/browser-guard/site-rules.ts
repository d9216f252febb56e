import { hasHost, parseHostName } from './host-name';
import { isLocalName, isLoopbackAddress } from './local-name';

/** Which names a registry answers to. */
export interface SiteRules {
  /** The address that it listens on. */
  readonly host: string;
  /** Names that were allowed on purpose: `registry.lan`, `*.corp.lan`, or `*` for all. */
  readonly allowedHosts: readonly string[];
  /** Whoever has a login to give is asked for it; a rebound page has none. */
  readonly login?: unknown;
}

/**
 * Whether the `Host` header names us. A web page can point a name of its own at 127.0.0.1 (DNS rebinding) and would then
 * be of our origin: without a login, a registry for this machine alone answers to names of this machine alone.
 */
export function isOwnName(header: string | undefined, { host, allowedHosts, login }: SiteRules): boolean {
  // Only HTTP/1.0 may leave it out, and no browser speaks that.
  if (header === undefined) return true;
  const isOpen = allowedHosts.length === 0 && (login !== undefined || !isLoopbackAddress(host));
  if (isOpen) return true;
  const name = parseHostName(header);
  return name !== undefined && (isLocalName(name) || name === host.toLowerCase() || hasHost(allowedHosts, name));
}
