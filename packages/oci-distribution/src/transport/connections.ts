import { type Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

import { listAuthorities } from '../certificates/authorities';
import { withNewlines } from '../certificates/pem-lines';
import { type HostSettings, type TlsSettings } from '../host/host-settings';
import { type Route } from './http-exchange';
import { isLoopbackName } from './is-plain-http';
import { readProxies } from './proxies';
import { isOwnOrigin, isTrustedHost, type HostRules } from './redirect';
import { LargeReadAgent } from './large-read-agent';

/** Kept-alive connections: one pool per TLS configuration and proxy. */
export interface Connections {
  /** Untrusted servers get neither the client certificate nor `verify: false` of the registry. */
  to(url: URL): Promise<Route>;
  /** Remembers that a server uses the expected protocol. */
  recordAnswer(url: URL): void;
  hasAnswered(url: URL): boolean;
  /** The index of the client certificate in use, from 0. */
  currentCertificate(): number;
  /** Switches to the next client certificate. @returns whether there is one. @param refused `currentCertificate` of the request. */
  useNextCertificate(refused: number): boolean;
  /** Whether this server is reached without a proxy. */
  isDirect(url: URL): boolean;
  /** Running requests fail. */
  close(): Promise<void>;
}

/**
 * Opens nothing yet; connections are made on demand.
 *
 * @param env HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case. Loopback hosts are never reached through a proxy.
 */
export function createConnections(rules: HostRules, settings: HostSettings, env: NodeJS.ProcessEnv): Connections {
  const { ca, moreCertificates = [], cert, key, verify } = settings.tls ?? {};
  const certificates = [{ cert, key }, ...moreCertificates];
  let current = 0;
  const routes = new Map<string, Promise<Route>>();
  const answered = new Set<string>();
  let listed: Promise<readonly string[] | undefined> | undefined;
  const authorities = (): Promise<readonly string[] | undefined> => (listed ??= listAuthorities(ca, env));
  const proxies = readProxies(env);
  const proxyTo = (url: URL): URL | undefined => (isLoopbackName(url.hostname) ? undefined : proxies.for(url));
  const isTrusted = (url: URL): boolean => isOwnOrigin(url, rules) || isTrustedHost(url, rules);
  return {
    to: (url) => {
      const proxy = proxyTo(url);
      const name = `${url.protocol} ${isTrusted(url) ? `trusted ${current}` : 'untrusted'} ${proxy?.href ?? ''}`;
      const route =
        routes.get(name) ?? makeRoute(url.protocol, isTrusted(url) ? { verify, ...certificates[current] } : {}, { proxy, authorities });
      routes.set(name, route);
      return route;
    },
    recordAnswer: (url) => void answered.add(url.origin),
    hasAnswered: (url) => answered.has(url.origin),
    currentCertificate: () => current,
    useNextCertificate: (refused) => {
      // Parallel requests are refused together: they used the same certificate.
      current = Math.max(current, Math.min(refused + 1, certificates.length - 1));
      return current > refused;
    },
    isDirect: (url) => proxyTo(url) === undefined,
    close: async () => {
      for (const { agent } of await Promise.all(routes.values())) agent.destroy();
    },
  };
}

interface RouteOptions {
  readonly proxy: URL | undefined;
  readonly authorities: () => Promise<readonly string[] | undefined>;
}

async function makeRoute(
  protocol: string,
  { cert, key, verify = true }: TlsSettings,
  { proxy, authorities }: RouteOptions,
): Promise<Route> {
  const ca = protocol === 'https:' ? await authorities() : undefined;
  const tls = {
    cert: cert && withNewlines(cert),
    key: key && withNewlines(key),
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca }),
  };
  return { agent: await makeAgent(protocol, proxy), tls };
}

// The number of connections is not limited here: the request limiter of each host does that. A second limit could make a
// download wait for the upload that waits for the download. The TLS settings of the registry are passed with each request: a
// proxy gets neither the client certificate nor `verify: false`.
async function makeAgent(protocol: string, proxy: URL | undefined): Promise<Agent> {
  const options = { keepAlive: true };
  if (proxy === undefined) return protocol === 'https:' ? new TlsAgent(options) : new LargeReadAgent();
  // Only TLS is tunnelled: many proxies refuse CONNECT to anything but port 443.
  if (protocol === 'https:') return new (await import('https-proxy-agent')).HttpsProxyAgent(proxy, options);
  return new (await import('http-proxy-agent')).HttpProxyAgent(proxy, options);
}
