import { type HostSettings } from '../host/host-settings';

/**
 * Whether to use HTTP without TLS: as the settings say, else only for a registry on this machine. There is no fallback from
 * one to the other; a wrong guess is an error with a hint, not a downgrade.
 *
 * @param authority `host[:port]`, IPv6 in brackets.
 */
export function isPlainHttp(authority: string, settings: HostSettings): boolean {
  return settings.plainHttp ?? isLoopbackName(hostnameOf(authority));
}

/** `localhost`, 127.0.0.0/8 and `[::1]`; names are not resolved. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** The host of `host[:port]`, in lower case, with the brackets of IPv6. */
export function hostnameOf(authority: string): string {
  return authority.replace(/:\d+$/, '').toLowerCase();
}
