import { type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

import { listen } from './listen';

/** A received request. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server with scripted answers: for answers that no honest registry gives. */
export interface ScriptedServer {
  readonly url: string;
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** Oldest first; added once the body was received. */
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Answers one request; its result is ignored. */
export type Script = (request: SeenRequest, response: ServerResponse, self: { readonly url: string }) => unknown;

/** Listens on a free port of 127.0.0.1 until the end of the spec. `script` is called once the whole request was received. */
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

/** Answers with status, headers and body. */
export function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): ServerResponse {
  return response.writeHead(status, { 'content-length': `${Buffer.byteLength(body)}`, ...headers }).end(body);
}

/** The body of a registry's 404 for a manifest. */
export const MANIFEST_UNKNOWN = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}';
