import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that a registry answered. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
}

/** A way to a registry that notes what is asked and answered; bodies and logins pass through as they are. */
export interface RecordingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Since the last call, in the order in which they were answered. */
  takeRequests(): readonly SeenRequest[];
  stop(): Promise<void>;
}

/** @param upstream `host:port` of a registry that speaks plain HTTP. */
export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    outgoing.once('close', () => seen.push({ method: incoming.method!, path: incoming.url!, status: outgoing.statusCode }));
    pass(incoming, outgoing, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests: () => seen.splice(0),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, upstream: string): void {
  // The header `host` stays the proxy's: registries make upload addresses of it.
  const { method, url: path, headers } = incoming;
  const [host, port] = upstream.split(':');
  const onward = request({ host, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

/** Digests of the blobs that were uploaded, one for each upload that the registry took. */
export function uploadedBlobs(requests: readonly SeenRequest[]): readonly string[] {
  const finished = requests.filter(({ method, path, status }) => method !== 'GET' && status === 201 && path.includes('/blobs/uploads/'));
  return finished.flatMap(({ path }) => new URL(path, 'http://registry').searchParams.get('digest') ?? []);
}

/** What was put under `manifests/`: tags and digests. */
export function writtenReferences(requests: readonly SeenRequest[]): readonly string[] {
  return requests.filter(({ method }) => method === 'PUT').flatMap(({ path }) => /\/manifests\/([^/?]+)$/.exec(path)?.[1] ?? []);
}

/** Requests that ask a registry to change something. */
export function writingRequests(requests: readonly SeenRequest[]): readonly SeenRequest[] {
  return requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
}
