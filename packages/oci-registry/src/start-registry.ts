import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { dispatch } from './dispatch';
import { PlannedFaults, type Faults } from './faults';
import { listen } from './listen';
import { createLoginGate } from './login/create-login-gate';
import { normalizeOptions, type StartRegistryOptions } from './options';
import { RecordedRequests, type RequestLog } from './request-log';
import type { RegistryState } from './routes/call';
import { SerialQueue } from './serial-queue';
import { serveRequest } from './serve-request';
import { UploadSessions } from './uploads/upload-sessions';

// How long requests that are being served may go on after `close` was called.
const GRACE_MS = 2000;
const SWEEP_MS = 10;

export interface RunningRegistry {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** `127.0.0.1:41234`: what a reference starts with. */
  readonly host: string;
  readonly port: number;
  readonly log: RequestLog;
  readonly faults: Faults;

  /** Takes no new requests, lets those that run finish within two seconds, and ends. Calling it twice is fine. */
  close(): Promise<void>;
}

/**
 * Starts a registry that speaks the whole of distribution-spec 1.1 and what its main branch adds.
 *
 * @throws OciError `PORT_IN_USE`, or `OPTIONS_INVALID` with everything that is wrong with the options.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export async function startRegistry(options: StartRegistryOptions = {}): Promise<RunningRegistry> {
  const { port, host, storage, login, acceptSparse, onRequest } = normalizeOptions(options);
  await storage.prepare();
  const state: RegistryState = { storage, uploads: new UploadSessions(storage.content), changes: new SerialQueue(), acceptSparse };
  const gate = createLoginGate(login);
  const log = new RecordedRequests(onRequest);
  const faults = new PlannedFaults();
  const connections = new ConnectionNumbers();
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.take(incoming.method ?? 'GET', incoming.url ?? '/');
    const exchange = { incoming, response, connection: connections.numberOf(incoming.socket), fault };
    log.add(await serveRequest(exchange, (request) => dispatch(request, state, gate)));
  };
  const server = createServer(SERVER_OPTIONS, (incoming, response) => void serve(incoming, response));
  await listen(server, port, host);
  return { ...describeAddress(server, host), log, faults, close: () => closeServer(server, state) };
}

const SERVER_OPTIONS = {
  // Node would end each request after five minutes; a large layer on a slow line takes longer.
  requestTimeout: 0,
  // Longer than clients keep idle connections: then it is never us who closes one that is just being used again.
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

function describeAddress(server: Server, asked: string): Pick<RunningRegistry, 'url' | 'host' | 'port'> {
  const { port } = server.address() as AddressInfo;
  const host = `${asked.includes(':') ? `[${asked}]` : asked}:${port}`;
  return { url: `http://${host}`, host, port };
}

async function closeServer(server: Server, { uploads }: RegistryState): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Again and again: a connection counts as idle only once its last answer is out, and would be kept alive from then on.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(grace);
  await uploads.endAll();
}
