import { type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type TLSSocket } from 'node:tls';

import { type TlsSettings } from '../host/host-settings';
import { BOUNDS } from './bounds';
import { PaceWatch, type Pace } from './pace-watch';
import { sendStream } from './send-stream';

/** Error code: the server neither sends nor receives anything. */
export const INACTIVITY_CODE = 'ERR_OCI_SILENCE';

/** Error code: a blob transfer is slower than the minimum. */
export const TOO_SLOW_CODE = 'ERR_OCI_TOO_SLOW';

/** How to reach a server. */
export interface Route {
  /** Keeps its connections. */
  readonly agent: Agent;
  /** Options of `tls.connect`, for the server itself, not for a proxy in between. */
  readonly tls: Pick<TlsSettings, 'cert' | 'key'> & { readonly ca?: readonly string[]; readonly rejectUnauthorized: boolean };
}

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream needs a `content-length` header, and is destroyed by the caller. */
  readonly body?: Uint8Array | string | Readable;
  readonly signal?: AbortSignal;
  /** How long to wait for the headers of the answer once everything was sent. */
  readonly answerTimeoutMs?: number;
  /** The minimum speed. Default: none. */
  readonly pace?: Pace;
  /** How long neither side may transfer a byte. */
  readonly idleTimeoutMs?: number;
  /** How long everything may take, including the body of the answer. Default: no limit while bytes are transferred. */
  readonly totalTimeoutMs?: number;
  /** Called once there is a new or reused connection, including TLS. */
  readonly onConnection?: () => void;
  /** Called once the whole request was handed to the operating system. */
  readonly onRequestSent?: () => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Read it to its end, or discard it; it fails if the connection breaks or stalls. */
  readonly body: Readable;
}

/**
 * One request over HTTP/1.1, and its answer with any status: without redirects, retries or decompression.
 *
 * Uses Node's own client: requests (especially the first one) and transferred bytes cost half as much as with the libraries
 * that we measured.
 *
 * @throws the error of the connection, the signal or the body stream.
 */
export function exchangeHttp(url: URL, request: HttpRequest, { agent, tls }: Route): Promise<HttpAnswer> {
  const { method, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const outgoing =
      url.protocol === 'https:'
        ? requestTls(url, { method, headers, agent, ...toMutable(tls) })
        : requestPlain(url, { method, headers, agent });
    const stop = (): void => void outgoing.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
    const watch = new InactivityWatch(outgoing, request);
    if (request.onRequestSent !== undefined) outgoing.once('finish', request.onRequestSent);
    outgoing.once('response', (answer) => {
      watch.answered(answer);
      if (!outgoing.writableFinished) answer.once('close', () => outgoing.destroy());
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    // Once there is an answer, the reader of its body gets the error.
    outgoing.on('error', reject);
    outgoing.once('close', () => {
      signal?.removeEventListener('abort', stop);
      watch.end();
      reject(Object.assign(new Error('The connection was closed before the answer.'), { code: 'ECONNRESET' }));
    });
    if (body instanceof Readable) sendStream(body, outgoing, Number(headers['content-length']));
    else outgoing.end(body);
  });
}

/** Node's types require a mutable array. */
function toMutable({ ca, ...tls }: Route['tls']): Omit<Route['tls'], 'ca'> & { ca?: string[] } {
  return ca === undefined ? tls : { ...tls, ca: [...ca] };
}

/**
 * Aborts a request that makes no progress, unless we are the ones who neither send nor receive: the source or the reader has
 * its own time-out.
 */
class InactivityWatch {
  #answer: IncomingMessage | undefined;
  readonly #connecting: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout | undefined;
  readonly #pace: PaceWatch | undefined;
  #answering: NodeJS.Timeout | undefined;

  constructor(
    private readonly outgoing: ClientRequest,
    private readonly request: HttpRequest,
  ) {
    // From the start: behind a proxy there is no socket before the proxy has connected.
    this.#connecting = setTimeout(() => outgoing.destroy(timeoutError('ETIMEDOUT', 'Connecting took too long.')), BOUNDS.connectMs);
    const { totalTimeoutMs } = request;
    this.#whole = totalTimeoutMs === undefined ? undefined : setTimeout(() => this.#stop('It took too long.'), totalTimeoutMs);
    outgoing.once('socket', (socket) => this.#whenConnected(socket, () => this.#connected()));
    outgoing.once('finish', () => this.#answer ?? this.#awaitAnswer(request.answerTimeoutMs ?? this.#idleMs));
    outgoing.on('timeout', () => this.#handleTimeout());
    this.#allow(this.#idleMs);
    this.#pace = request.pace && new PaceWatch(request.pace, this.#transfer());
  }

  #connected(): void {
    clearTimeout(this.#connecting);
    this.request.onConnection?.();
  }

  #transfer() {
    const { outgoing } = this;
    return {
      isTheirTurn: () => !this.#isOurTurn() && (this.#answer !== undefined || !outgoing.writableFinished),
      isAnswerDue: () => this.#answer === undefined && outgoing.writableFinished,
      movedBytes: () =>
        outgoing.socket === null ? 0 : outgoing.socket.bytesRead + outgoing.socket.bytesWritten - outgoing.socket.writableLength,
      stop: (reason: string) => this.#stop(reason, TOO_SLOW_CODE),
    };
  }

  /** Slowly arriving headers do not extend the time-out. */
  #awaitAnswer(ms: number): void {
    this.#allow(ms);
    this.#answering = setTimeout(() => this.#stop('The answer took too long.'), ms);
  }

  answered(answer: IncomingMessage): void {
    clearTimeout(this.#answering);
    this.#answer = answer;
    this.#allow(this.#idleMs);
  }

  end(): void {
    clearTimeout(this.#connecting);
    clearTimeout(this.#answering);
    clearTimeout(this.#whole);
    this.#pace?.end();
  }

  get #idleMs(): number {
    return this.request.idleTimeoutMs ?? BOUNDS.idleMs;
  }

  #allow(ms: number): void {
    this.outgoing.setTimeout(ms);
  }

  #handleTimeout(): void {
    if (this.#isOurTurn()) this.#allow(this.#idleMs);
    else this.#stop('No data was transferred.');
  }

  #stop(reason: string, code = INACTIVITY_CODE): void {
    (this.#answer ?? this.outgoing).destroy(timeoutError(code, reason));
  }

  #isOurTurn(): boolean {
    if (this.#answer !== undefined) return this.#answer.readableLength > 0 || isPausedByReader(this.#answer);
    return !this.outgoing.writableEnded && this.outgoing.writableLength === 0;
  }

  #whenConnected(socket: Socket, act: () => void): void {
    const isSecuring = 'secureConnecting' in socket && (socket as TLSSocket & { readonly secureConnecting: boolean }).secureConnecting;
    if (isSecuring) socket.once('secureConnect', act);
    else if (socket.connecting) socket.once('connect', act);
    else act();
  }
}

/** A reader that waits for `readable` looks paused, but is waiting for data. */
function isPausedByReader(body: Readable): boolean {
  return body.isPaused() && body.listenerCount('readable') === 0;
}

function timeoutError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

// Enough for an error or an HTML page; reading more would cost more than a new connection.
const MAX_DROPPED_BYTES = 128 * 1024;

/** Reads and discards the body, so that the connection can be reused; closes it if the body is too long. */
export function discardBody(body: Readable): Promise<void> {
  return new Promise((resolve) => {
    let droppedBytes = 0;
    // A body that fails is discarded, too.
    body.on('error', () => resolve());
    body.once('close', () => resolve());
    body.once('end', () => resolve());
    body.on('data', (chunk: Uint8Array) => {
      droppedBytes += chunk.byteLength;
      if (droppedBytes > MAX_DROPPED_BYTES) body.destroy();
    });
    if (body.readableEnded || body.destroyed) resolve();
  });
}
