import { type Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

import { listAuthorities } from '../certificates/authorities';
import { withNewlines } from '../certificates/pem-lines';
import { type HostSettings, type TlsSettings } from '../host/host-settings';
import { type Route } from './http-exchange';
import { isLoopbackName } from './is-plain-http';
import { readProxies } from './proxies';
import { isOwnOrigin, isTrustedHost, type HostRules } from './redirect';
import { WideAgent } from './wide-agent';

/** Kept-alive connections: one pool per way of TLS, and per proxy. */
export interface Connections {
  /** Strangers see neither our client certificate nor the leniency that the registry enjoys. */
  to(url: URL): Promise<Route>;
  /** Remembers that a server speaks as we do. */
  noteAnswer(url: URL): void;
  hasAnswered(url: URL): boolean;
  /** Which of our certificates the registry is shown now, from 0. */
  shownCertificate(): number;
  /** Shows the next one from now on. Tells whether there is one. @param refused as `shownCertificate` was for the request. */
  changeCertificate(refused: number): boolean;
  /** Whether no proxy is between us and this server. */
  isDirect(url: URL): boolean;
  /** What is still under way fails. */
  close(): Promise<void>;
}

/**
 * Opens nothing yet; connections are made when they are needed.
 *
 * @param env HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case. Loopback hosts are never spoken to through a proxy.
 */
export function createConnections(rules: HostRules, settings: HostSettings, env: NodeJS.ProcessEnv): Connections {
  const { ca, moreCertificates = [], cert, key, verify } = settings.tls ?? {};
  const certificates = [{ cert, key }, ...moreCertificates];
  let shown = 0;
  const routes = new Map<string, Promise<Route>>();
  const answered = new Set<string>();
  let listed: Promise<readonly string[] | undefined> | undefined;
  const authorities = (): Promise<readonly string[] | undefined> => (listed ??= listAuthorities(ca, env));
  const proxies = readProxies(env);
  const proxyTo = (url: URL): URL | undefined => (isLoopbackName(url.hostname) ? undefined : proxies.for(url));
  const isOurs = (url: URL): boolean => isOwnOrigin(url, rules) || isTrustedHost(url, rules);
  return {
    to: (url) => {
      const proxy = proxyTo(url);
      const name = `${url.protocol} ${isOurs(url) ? `ours ${shown}` : 'of strangers'} ${proxy?.href ?? ''}`;
      const route =
        routes.get(name) ?? makeRoute(url.protocol, isOurs(url) ? { verify, ...certificates[shown] } : {}, { proxy, authorities });
      routes.set(name, route);
      return route;
    },
    noteAnswer: (url) => void answered.add(url.origin),
    hasAnswered: (url) => answered.has(url.origin),
    shownCertificate: () => shown,
    changeCertificate: (refused) => {
      // Requests that were under way together are refused together: they mean the same one.
      shown = Math.max(shown, Math.min(refused + 1, certificates.length - 1));
      return shown > refused;
    },
    isDirect: (url) => proxyTo(url) === undefined,
    close: async () => {
      for (const { agent } of await Promise.all(routes.values())) agent.destroy();
    },
  };
}

interface Way {
  readonly proxy: URL | undefined;
  readonly authorities: () => Promise<readonly string[] | undefined>;
}

async function makeRoute(protocol: string, { cert, key, verify = true }: TlsSettings, { proxy, authorities }: Way): Promise<Route> {
  const ca = protocol === 'https:' ? await authorities() : undefined;
  const tls = {
    cert: cert && withNewlines(cert),
    key: key && withNewlines(key),
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca }),
  };
  return { agent: await makeAgent(protocol, proxy), tls };
}

// The number of connections is not limited here: the gate in front of each host does that. A second limit below it could
// make a download wait for the upload that waits for the download. The TLS of the registry is given with each request: a
// proxy is to see neither our certificate nor the leniency that is the registry's.
async function makeAgent(protocol: string, proxy: URL | undefined): Promise<Agent> {
  const options = { keepAlive: true };
  if (proxy === undefined) return protocol === 'https:' ? new TlsAgent(options) : new WideAgent();
  // Only TLS is tunnelled: many proxies refuse CONNECT to anything but port 443.
  if (protocol === 'https:') return new (await import('https-proxy-agent')).HttpsProxyAgent(proxy, options);
  return new (await import('http-proxy-agent')).HttpProxyAgent(proxy, options);
}
