import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { closeAfterEach } from './close-after-each';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that says what a spec wants it to say: for answers that no honest registry gives. */
export interface ScriptedServer {
  readonly url: string;
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** Oldest first; added once the body has arrived. */
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Answers one request; what it returns is not looked at. */
export type Script = (request: SeenRequest, response: ServerResponse, self: { readonly url: string }) => unknown;

/** Listens on a free port of 127.0.0.1 until the spec is over. `script` is called once the whole request has arrived. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const self = { url: '' };
  const listener: RequestListener = (incoming, response) => {
    void readRequest(incoming).then((request) => {
      seen.push(request);
      script(request, response, self);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  self.url = `http://${host}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return closeAfterEach({ url: self.url, host, seen, close });
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url: target = '', headers } = incoming;
  return { method, target, headers, body: Buffer.concat(chunks).toString('latin1') };
}

/** Answers with a status, headers and a text. */
export function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): ServerResponse {
  return response.writeHead(status, { 'content-length': `${Buffer.byteLength(body)}`, ...headers }).end(body);
}
