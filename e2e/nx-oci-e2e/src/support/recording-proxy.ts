import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that a registry answered. */
export interface SeenRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  /** 0 if there was no response. */
  readonly status: number;
  /** When it arrived, by a clock that all proxies of a process share. */
  readonly atMs: number;
}

/** A proxy of a registry that records requests and responses; it passes bodies and credentials through unchanged. */
export interface RecordingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Since the last call, in the order of the responses. */
  takeRequests(): readonly SeenRequest[];
  /** Holds the next request that matches (`PUT /v2/…`) until the proxy stops. @returns when that request has arrived */
  holdNext(request: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** @param upstream `host:port` of a registry that speaks plain HTTP. */
export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const seen: SeenRequest[] = [];
  const held: { readonly request: RegExp; readonly tell: () => void }[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url: path } = incoming;
    const atMs = performance.now();
    outgoing.once('close', () => seen.push({ method: method!, path: path!, status: outgoing.headersSent ? outgoing.statusCode : 0, atMs }));
    const found = held.findIndex(({ request: pattern }) => pattern.test(`${method!} ${path!}`));
    if (found !== -1) {
      held.splice(found, 1)[0]!.tell();
      return;
    }
    pass(incoming, outgoing, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests: () => seen.splice(0),
    holdNext: (pattern) => new Promise((resolve) => held.push({ request: pattern, tell: resolve })),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, upstream: string): void {
  // The header `host` stays the proxy's: registries build upload URLs from it.
  const { method, url: path, headers } = incoming;
  const [host, port] = upstream.split(':');
  const onward = request({ host, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

/** Digests of the uploaded blobs, one for each upload that the registry accepted. */
export function uploadedBlobs(requests: readonly SeenRequest[]): readonly string[] {
  const finished = requests.filter(({ method, path, status }) => method !== 'GET' && status === 201 && path.includes('/blobs/uploads/'));
  return finished.flatMap(({ path }) => new URL(path, 'http://registry').searchParams.get('digest') ?? []);
}

/** What was pushed under `manifests/`: tags and digests. */
export function writtenReferences(requests: readonly SeenRequest[]): readonly string[] {
  return requests.filter(({ method }) => method === 'PUT').flatMap(({ path }) => /\/manifests\/([^/?]+)$/.exec(path)?.[1] ?? []);
}

/** Requests that change something in a registry. */
export function writingRequests(requests: readonly SeenRequest[]): readonly SeenRequest[] {
  return requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
}
