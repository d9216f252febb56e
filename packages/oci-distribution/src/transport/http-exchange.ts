import { type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type TLSSocket } from 'node:tls';

import { type TlsSettings } from '../host/host-settings';
import { BOUNDS } from './bounds';
import { PaceWatch, type Pace } from './pace-watch';
import { sendStream } from './send-stream';

/** Code of the error where the other side takes or gives nothing any more. */
export const SILENCE_CODE = 'ERR_OCI_SILENCE';

/** Code of the error where a blob moves more slowly than it may. */
export const TOO_SLOW_CODE = 'ERR_OCI_TOO_SLOW';

/** How a server is reached. */
export interface Route {
  /** Keeps its connections. */
  readonly agent: Agent;
  /** As `tls.connect` takes it; of the server itself, not of a proxy on the way. */
  readonly tls: Pick<TlsSettings, 'cert' | 'key'> & { readonly ca?: readonly string[]; readonly rejectUnauthorized: boolean };
}

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream needs a `content-length` among the headers, and is destroyed by the caller. */
  readonly body?: Uint8Array | string | Readable;
  readonly signal?: AbortSignal;
  /** How long to wait for all headers of an answer once everything is sent. */
  readonly answerTimeoutMs?: number;
  /** How fast bytes have to move. Default: as slow as they like. */
  readonly pace?: Pace;
  /** How long neither side may move a byte. */
  readonly idleTimeoutMs?: number;
  /** How long all of it may take, the answer's body included. Default: as long as something moves. */
  readonly totalTimeoutMs?: number;
  /** Told when there is a connection, TLS included: a new one, or one from before. */
  readonly onConnection?: () => void;
  /** Told when the whole request is with the system's network. */
  readonly onDeparture?: () => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end, or dropped; it fails where the connection breaks or falls silent. */
  readonly body: Readable;
}

/**
 * One request over HTTP/1.1, and its answer, of whatever status: nothing is followed, repeated or inflated.
 *
 * By Node's own client: a request costs it half of what it costs the libraries that were tried, most of all the first one,
 * and so does every byte of a copy.
 *
 * @throws what the connection, the signal or the stream of the body fails with.
 */
export function exchangeHttp(url: URL, request: HttpRequest, { agent, tls }: Route): Promise<HttpAnswer> {
  const { method, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const outgoing =
      url.protocol === 'https:'
        ? requestTls(url, { method, headers, agent, ...ownCopy(tls) })
        : requestPlain(url, { method, headers, agent });
    const stop = (): void => void outgoing.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
    const watch = new SilenceWatch(outgoing, request);
    if (request.onDeparture !== undefined) outgoing.once('finish', request.onDeparture);
    outgoing.once('response', (answer) => {
      watch.answered(answer);
      if (!outgoing.writableFinished) answer.once('close', () => outgoing.destroy());
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    // With an answer there, its body tells whoever reads it.
    outgoing.on('error', reject);
    outgoing.once('close', () => {
      signal?.removeEventListener('abort', stop);
      watch.end();
      reject(Object.assign(new Error('The connection was closed before there was an answer.'), { code: 'ECONNRESET' }));
    });
    if (body instanceof Readable) sendStream(body, outgoing, Number(headers['content-length']));
    else outgoing.end(body);
  });
}

/** Node's types want to write to what is only read. */
function ownCopy({ ca, ...tls }: Route['tls']): Omit<Route['tls'], 'ca'> & { ca?: string[] } {
  return ca === undefined ? tls : { ...tls, ca: [...ca] };
}

/**
 * Ends a request at which nothing moves any more. Where it is us who take or give nothing, the other side is not to blame:
 * whoever feeds or reads us has a watch of its own.
 */
class SilenceWatch {
  #answer: IncomingMessage | undefined;
  readonly #connecting: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout | undefined;
  readonly #pace: PaceWatch | undefined;
  #answering: NodeJS.Timeout | undefined;

  constructor(
    private readonly outgoing: ClientRequest,
    private readonly request: HttpRequest,
  ) {
    // From the very beginning: behind a proxy there is no socket to be watched before it has made its connection.
    this.#connecting = setTimeout(() => outgoing.destroy(tooLate('ETIMEDOUT', 'The connection was not made in time.')), BOUNDS.connectMs);
    const { totalTimeoutMs } = request;
    this.#whole = totalTimeoutMs === undefined ? undefined : setTimeout(() => this.#stop('It took too long.'), totalTimeoutMs);
    outgoing.once('socket', (socket) => this.#whenConnected(socket, () => this.#connected()));
    outgoing.once('finish', () => this.#answer ?? this.#awaitAnswer(request.answerTimeoutMs ?? this.#idleMs));
    outgoing.on('timeout', () => this.#judge());
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

  /** Headers that come one by one are not an answer, though something moves. */
  #awaitAnswer(ms: number): void {
    this.#allow(ms);
    this.#answering = setTimeout(() => this.#stop('There was no answer in time.'), ms);
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

  #judge(): void {
    if (this.#isOurTurn()) this.#allow(this.#idleMs);
    else this.#stop('Nothing moved any more.');
  }

  #stop(reason: string, code = SILENCE_CODE): void {
    (this.#answer ?? this.outgoing).destroy(tooLate(code, reason));
  }

  #isOurTurn(): boolean {
    if (this.#answer !== undefined) return this.#answer.readableLength > 0 || isHeldBack(this.#answer);
    return !this.outgoing.writableEnded && this.outgoing.writableLength === 0;
  }

  #whenConnected(socket: Socket, act: () => void): void {
    const isSecuring = 'secureConnecting' in socket && (socket as TLSSocket & { readonly secureConnecting: boolean }).secureConnecting;
    if (isSecuring) socket.once('secureConnect', act);
    else if (socket.connecting) socket.once('connect', act);
    else act();
  }
}

/** Whoever waits for `readable` counts as paused, though it is just that: waiting. */
function isHeldBack(body: Readable): boolean {
  return body.isPaused() && body.listenerCount('readable') === 0;
}

function tooLate(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

// What a refusal or a page of HTML takes; to read more costs more than a new connection.
const MAX_DROPPED_BYTES = 128 * 1024;

/** Lets the connection be used again without looking at the body; closes it where that would take too long. */
export function dropIncoming(body: Readable): Promise<void> {
  return new Promise((resolve) => {
    let droppedBytes = 0;
    // A body that breaks off is dropped, too.
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
