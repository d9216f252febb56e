import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { closeAfterEach } from './close-after-each';
import { MANIFEST_UNKNOWN } from './scripted-server';

/** A proxy that always connects to one server. */
export interface Tunnel {
  /** For HTTPS_PROXY and the like. */
  readonly url: string;
  /** All requests, oldest first: `CONNECT registry.example.com:443`, `GET http://registry.example.com/v2/`. */
  readonly asked: readonly string[];
}

/** Listens until the end of the spec. Tunnels connections to `host`; answers plain requests with 404. */
export async function startTunnel(host: string): Promise<Tunnel> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(404).end(MANIFEST_UNKNOWN);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ''}`);
    const upstream = connect(Number(host.split(':')[1]), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(socket).pipe(upstream);
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return closeAfterEach({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close });
}
