import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { closeAfterEach } from './close-after-each';

/** How a registry handles chunked uploads: all observed variants, in any combination. */
export interface ChunkHabits {
  /** Larger bodies are refused. */
  readonly mostBytes: number;
  readonly refusal: { readonly status: number; readonly text: string };
  /** Minimum size of every part but the last one. */
  readonly leastPartBytes: number;
  readonly patchStatus: number;
  /** The `Range` in the answer to a PATCH. */
  readonly range: 'of all' | 'with unit' | 'of the chunk' | 'stuck' | 'none';
  readonly namesNextUrl: boolean;
  /** What the last request may contain. */
  readonly finalPut: 'anything' | 'a part' | 'nothing';
  readonly putStatus: number;
  readonly confirmsDigest: boolean;
  /** Silently keeps only the first chunk. */
  readonly losesChunks?: boolean;
  /** Stores any content under the digest of the request. */
  readonly isCareless?: boolean;
}

export interface ChunkServer {
  readonly host: string;
  /** By digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly methods: readonly string[];
}

/** A registry that only supports uploads, with the given habits; closed at the end of the spec. */
export async function startChunkServer(habits: ChunkHabits): Promise<ChunkServer> {
  const blobs = new Map<string, Buffer>();
  const methods: string[] = [];
  const sessions = new Map<string, Session>();
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      methods.push(request.method ?? '');
      answerRequest({ habits, blobs, sessions }, { request, response, body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closeAfterEach({ close });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, blobs, methods };
}

interface Memory {
  readonly habits: ChunkHabits;
  readonly blobs: Map<string, Buffer>;
  readonly sessions: Map<string, Session>;
}

interface Session {
  readonly parts: Buffer[];
  /** In the URL that was named last. */
  state: string;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

function answerRequest(memory: Memory, exchange: Exchange): void {
  const { habits, blobs, sessions } = memory;
  const { request, response, body } = exchange;
  const url = new URL(request.url ?? '/', 'http://x');
  if (request.method === 'HEAD') {
    const blob = blobs.get(url.pathname.split('/').at(-1) ?? '');
    response.writeHead(blob === undefined ? 404 : 200, blob && { 'content-length': `${blob.byteLength}` }).end();
    return;
  }
  if (request.method === 'POST') {
    const id = `${sessions.size}`;
    sessions.set(id, { parts: [], state: '0' });
    response.writeHead(202, { location: `${url.pathname}${id}?state=0` }).end();
    return;
  }
  const session = sessions.get(url.pathname.split('/').at(-1) ?? '');
  if (session === undefined) refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload');
  else if (request.method === 'DELETE') response.writeHead(204).end();
  else if (url.searchParams.get('state') !== session.state) refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN', 'an old URL');
  else if (body.byteLength > habits.mostBytes) refuse(response, habits.refusal.status, 'UNKNOWN', habits.refusal.text);
  else if (request.method === 'PATCH') takeChunk(habits, session, { ...exchange, url });
  else finish(memory, session.parts, { ...exchange, url });
}

function takeChunk(habits: ChunkHabits, session: Session, { response, body, url }: Exchange & { readonly url: URL }): void {
  const { parts } = session;
  if ((parts.at(-1)?.byteLength ?? Infinity) < habits.leastPartBytes) {
    refuse(response, 400, 'EntityTooSmall', 'a part is too small');
    return;
  }
  const first = sizeOf(parts);
  if (!habits.losesChunks || parts.length === 0) parts.push(body);
  const last = first + body.byteLength - 1;
  const range = {
    'of all': `0-${last}`,
    'with unit': `bytes=0-${last}`,
    'of the chunk': `${first}-${last}`,
    stuck: '0-0',
    none: undefined,
  };
  const text = range[habits.range];
  if (habits.namesNextUrl) session.state = `${last}`;
  response.writeHead(habits.patchStatus, {
    ...(text !== undefined && { range: text }),
    ...(habits.namesNextUrl && { location: `${url.pathname}?state=${last}` }),
  });
  response.end();
}

function finish({ habits, blobs }: Memory, parts: Buffer[], { response, body, url }: Exchange & { readonly url: URL }): void {
  const isWhole = parts.length === 0;
  if (!isWhole && habits.finalPut === 'a part' && body.byteLength === 0) {
    refuse(response, 400, 'SIZE_INVALID', 'an empty part');
    return;
  }
  if (isWhole || habits.finalPut !== 'nothing') parts.push(body);
  if (parts.slice(0, -1).some(({ byteLength }) => byteLength < habits.leastPartBytes)) {
    refuse(response, 400, 'EntityTooSmall', 'a part is too small');
    return;
  }
  const content = Buffer.concat(parts);
  const wanted = url.searchParams.get('digest') ?? '';
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  if (digest !== wanted && !habits.isCareless) {
    refuse(response, 400, 'DIGEST_INVALID', 'the content is another one');
    return;
  }
  blobs.set(wanted, content);
  response.writeHead(habits.putStatus, habits.confirmsDigest ? { 'docker-content-digest': wanted } : {}).end();
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((total, { byteLength }) => total + byteLength, 0);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code, message }] }));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
