import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { PlannedFaults } from '../options/faults';
import { listen } from './listen';
import { RecordedRequests, type RequestLog, type RequestLogEntry } from '../options/request-log';
import { serveRequest, type Answerer } from './serve-request';

// How long running requests may continue after `close`.
const GRACE_MS = 2000;
const SWEEP_MS = 10;
// A connection without traffic for this long is closed: otherwise its upload would stay busy forever.
const SILENT_MS = 10 * 60 * 1000;

/** A listening server and its request log. */
export interface Listener {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** `127.0.0.1:41234`, the registry in references. */
  readonly host: string;
  readonly port: number;
  readonly log: RequestLog;
  /** Accepts no new requests, lets running ones finish within two seconds, and stops. May be called twice. */
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly port: number;
  readonly host: string;
  readonly faults: PlannedFaults;
  readonly onRequest: (entry: RequestLogEntry) => void;
  readonly answerer: Answerer;
}

/** Listens on one port. @throws OciError `PORT_IN_USE`, or `OPTIONS_INVALID` for an address of another machine. */
export async function openListener({ port, host, faults, onRequest, answerer }: ListenerOptions): Promise<Listener> {
  const log = new RecordedRequests(onRequest);
  const connections = new ConnectionNumbers();
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.take(incoming.method ?? 'GET', incoming.url ?? '/');
    const exchange = { incoming, response, connection: connections.numberOf(incoming.socket), fault };
    log.add(await serveRequest(exchange, answerer));
  };
  const server = createServer(SERVER_OPTIONS, (incoming, response) => void serve(incoming, response));
  server.setTimeout(SILENT_MS);
  await listen(server, port, host);
  return { ...describeAddress(server, host), log, close: () => closeServer(server) };
}

const SERVER_OPTIONS = {
  // Node would abort each request after five minutes; a large layer on a slow connection takes longer.
  requestTimeout: 0,
  // Otherwise the zero above would also apply to headers.
  headersTimeout: 60_000,
  // Longer than clients keep idle connections, so that the server never closes one that is just being reused.
  keepAliveTimeout: 75_000,
};

class ConnectionNumbers {
  private readonly numbers = new WeakMap<Socket, number>();
  private count = 0;

  numberOf(socket: Socket): number {
    const known = this.numbers.get(socket);
    if (known !== undefined) return known;
    this.count += 1;
    this.numbers.set(socket, this.count);
    return this.count;
  }
}

function describeAddress(server: Server, asked: string): Pick<Listener, 'url' | 'host' | 'port'> {
  const { port } = server.address() as AddressInfo;
  const host = `${asked.includes(':') ? `[${asked}]` : asked}:${port}`;
  return { url: `http://${host}`, host, port };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Repeatedly: a connection only becomes idle after its last answer, and would then be kept alive.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(grace);
}
