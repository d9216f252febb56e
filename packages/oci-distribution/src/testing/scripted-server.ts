import { type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

import { listen } from './listen';

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
  const { host, close } = await listen(listener);
  self.url = `http://${host}`;
  return { url: self.url, host, seen, close };
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

/** What a registry says of a manifest that it does not have. */
export const MANIFEST_UNKNOWN = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}';
