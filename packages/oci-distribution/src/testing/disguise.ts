import { createServer as createPlainServer, request as requestOverHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';

import { type HostSettings } from '../host/host-settings';
import { closeAfterEach } from './close-after-each';
import { makeCertificate } from './make-certificate';

/** A registry on this machine that looks like a remote one. */
export interface Disguise {
  /** The registry in references. */
  readonly registry: string;
  readonly settings: HostSettings;
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Unchanged: a registry on this machine, without TLS. */
export function undisguised(host: string): Promise<Disguise> {
  return Promise.resolve({ registry: host, settings: {}, env: {}, close: () => Promise.resolve() });
}

/** A registry with a public name. It is reached through a proxy, since then the client does not resolve the name. */
export async function asPublicRegistry(host: string): Promise<Disguise> {
  const { server, host: proxy } = await listen(createPlainServer(forwardTo(host)));
  return closeAfterEach({
    registry: 'registry.invalid',
    settings: { plainHttp: true },
    env: { HTTP_PROXY: `http://${proxy}` },
    close: () => end(server),
  });
}

/** A registry on this machine, with TLS. */
export async function withTls(host: string): Promise<Disguise> {
  const certificate = makeCertificate('registry');
  const { server, host: registry } = await listen(createTlsServer(certificate, forwardTo(host)));
  return closeAfterEach({ registry, settings: { plainHttp: false, tls: { ca: certificate.cert } }, env: {}, close: () => end(server) });
}

function forwardTo(host: string): RequestListener {
  return (incoming, response) => {
    // A proxy receives whole URLs.
    const path = (incoming.url ?? '/').replace(/^http:\/\/[^/]*/, '');
    const onward = requestOverHttp(`http://${host}${path}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
}

async function listen(server: Server): Promise<{ readonly server: Server; readonly host: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
