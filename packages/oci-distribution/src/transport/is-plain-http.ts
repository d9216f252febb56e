import { type HostSettings } from '../host/host-settings';

/**
 * Whether a registry is spoken to without TLS: as its settings say, else only when it is on this very machine.
 * There is no fallback from one to the other; a wrong guess is an error with a hint, not a downgrade.
 *
 * @param authority `host[:port]`, IPv6 in brackets.
 */
export function isPlainHttp(authority: string, settings: HostSettings): boolean {
  return settings.plainHttp ?? isLoopbackName(hostnameOf(authority));
}

/** `localhost`, 127.0.0.0/8 and `[::1]`; what a name resolves to is not asked. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** The part of `host[:port]` before the port, brackets of IPv6 kept, in lower case. */
export function hostnameOf(authority: string): string {
  return authority.replace(/:\d+$/, '').toLowerCase();
}
