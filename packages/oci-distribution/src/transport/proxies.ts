import { BlockList, isIP } from 'node:net';

/** The proxies of the environment. */
export interface Proxies {
  /** The proxy for a URL; `undefined` for a direct connection. */
  for(url: URL): URL | undefined;
}

/**
 * Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY; the lower-case names take precedence.
 *
 * NO_PROXY is a list of hosts (including their subdomains), with or without a port, of addresses and networks
 * (`10.0.0.0/8`), or `*`.
 *
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config which Docker and similar tools use.
 */
export function readProxies(env: NodeJS.ProcessEnv): Proxies {
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  const proxies = { 'http:': toProxy(read('http_proxy')), 'https:': toProxy(read('https_proxy')) };
  const exceptions = read('no_proxy')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return {
    for: (url) => {
      const proxy = url.protocol === 'https:' ? proxies['https:'] : proxies['http:'];
      return proxy === undefined || exceptions.some((entry) => isExempt(url, entry.toLowerCase())) ? undefined : proxy;
    },
  };
}

function toProxy(text: string): URL | undefined {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  return text !== '' && URL.canParse(address) ? new URL(address) : undefined;
}

function isExempt(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const [, network, prefix] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
  if (network !== undefined) return isWithin(host, network, Number(prefix));
  const [, name = entry, port] = /^(.+):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function isWithin(host: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, kind);
  return list.check(host, kind);
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}
