import { rootCertificates } from 'node:tls';

import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

import { type HostSettings, type TlsSettings } from '../host-settings';
import { isLoopbackName } from './is-plain-http';
import { isOwnOrigin, isTrustedHost, type HostRules } from './redirect';

/** Long enough for a slow registry, short enough to notice a dead one: no byte for this long ends a transfer. */
export const IDLE_TIMEOUT_MS = 60_000;

const CONNECT_TIMEOUT_MS = 10_000;

/** Kept-alive connections: one pool per origin, and per way of TLS. */
export interface Connections {
  /** Strangers see neither our client certificate nor the leniency that the registry enjoys. */
  to(url: URL): Dispatcher;
  /** Remembers that a server speaks as we do. */
  noteAnswer(url: URL): void;
  hasAnswered(url: URL): boolean;
  /** Which of our certificates the registry is shown now, from 0. */
  shownCertificate(): number;
  /** Shows the next one from now on. Tells whether there is one. @param refused as `shownCertificate` was for the request. */
  changeCertificate(refused: number): boolean;
  /** Whether no proxy is between us and this server. */
  isDirect(url: URL): boolean;
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
  const made = new Map<string, Dispatcher>();
  const answered = new Set<string>();
  const make = (isOurs: boolean, isLoopback: boolean): Dispatcher => {
    const name = `${isOurs ? `ours ${shown}` : 'of strangers'} ${String(isLoopback)}`;
    const dispatcher = made.get(name) ?? createDispatcher(isOurs ? { ca, verify, ...certificates[shown] } : { ca }, isLoopback ? {} : env);
    made.set(name, dispatcher);
    return dispatcher;
  };
  return {
    to: (url) => make(isOwnOrigin(url, rules) || isTrustedHost(url, rules), isLoopbackName(url.hostname)),
    noteAnswer: (url) => void answered.add(url.origin),
    hasAnswered: (url) => answered.has(url.origin),
    shownCertificate: () => shown,
    changeCertificate: (refused) => {
      // Requests that were under way together are refused together: they mean the same one.
      shown = Math.max(shown, Math.min(refused + 1, certificates.length - 1));
      return shown > refused;
    },
    isDirect: (url) => isLoopbackName(url.hostname) || Object.values(proxiesOf(env)).every((proxy) => proxy === ''),
    close: async () => {
      // Not `close`: that waits for bodies that nobody may be reading any more.
      await Promise.all([...made.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

// The number of connections is not limited here: the gate in front of each host does that. A second limit below it could
// make a download wait for the upload that waits for the download.
function createDispatcher({ ca, cert, key, verify = true }: TlsSettings, env: NodeJS.ProcessEnv): Dispatcher {
  const authorities = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const connect = { timeout: CONNECT_TIMEOUT_MS, cert, key, rejectUnauthorized: verify, ...authorities };
  const options: Agent.Options = { headersTimeout: IDLE_TIMEOUT_MS, bodyTimeout: IDLE_TIMEOUT_MS, connect };
  const { httpProxy, httpsProxy } = proxiesOf(env);
  if (httpProxy === '' && httpsProxy === '') return new Agent(options);
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy,
    httpsProxy,
    noProxy,
    // Only TLS is tunnelled: many proxies refuse CONNECT to anything but port 443.
    proxyTunnel: false,
    requestTls: connect,
  });
}

/** Empty texts where there is no proxy: undici would look into the process's own environment for `undefined`. */
function proxiesOf(env: NodeJS.ProcessEnv): { readonly httpProxy: string; readonly httpsProxy: string } {
  return {
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
  };
}
