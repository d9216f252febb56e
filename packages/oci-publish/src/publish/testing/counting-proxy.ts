import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request, and what the registry or its token service answered. */
export interface CountedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
}

/** A proxy for a real registry that requires a bearer token, and counts requests. */
export interface CountingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Since the last call. */
  take(): readonly CountedRequest[];
  close(): Promise<void>;
}

/** @param upstream `host:port` of a registry with plain HTTP and without login. */
export async function startCountingProxy(
  upstream: string,
  login: { readonly username: string; readonly password: string },
): Promise<CountingProxy> {
  const seen: CountedRequest[] = [];
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const token = randomUUID();
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    outgoing.once('close', () => seen.push({ method, path, status: outgoing.statusCode }));
    if (path.startsWith('/token')) {
      outgoing.writeHead(headers.authorization === basic ? 200 : 401).end(JSON.stringify({ token, expires_in: 300 }));
    } else if (headers.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="http://${headers.host ?? ''}/token",service="counting"`;
      outgoing.writeHead(401, { 'www-authenticate': challenge }).end();
    } else pass(incoming, outgoing, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => seen.splice(0),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, upstream: string): void {
  const { method, url: path } = incoming;
  const { authorization: _token, ...headers } = incoming.headers;
  const [host, port] = upstream.split(':');
  // The header `host` stays the proxy's, because registries build upload URLs from it.
  const onward = request({ host, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
