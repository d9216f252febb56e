import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that a registry answered. */
export interface CountedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
}

/** A way to a real registry that counts what is asked. */
export interface CountingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Since the last call. */
  take(): readonly CountedRequest[];
  close(): Promise<void>;
}

/** @param upstream `host:port` of a registry that speaks plain HTTP. */
export async function startCountingProxy(upstream: string): Promise<CountingProxy> {
  const seen: CountedRequest[] = [];
  const [host, port] = upstream.split(':');
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    outgoing.once('close', () => seen.push({ method, path, status: outgoing.statusCode }));
    // The header `host` stays the proxy's: registries make upload addresses of it.
    const onward = request({ host, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
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
