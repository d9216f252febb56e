import type { IncomingMessage, ServerResponse } from 'node:http';
import { types } from 'node:util';

import { answerWithFault } from './answer-with-fault';
import { ExchangeRecord } from './exchange-record';
import type { Fault } from '../options/faults';
import { answerFailed } from './failure-answer';
import type { Answer } from '../http/answer';
import { parseTarget, type RegistryRequest } from '../http/registry-request';
import { sendAnswer } from '../http/send-answer';
import { refuse } from '../http/protocol-error';
import type { RequestLogEntry } from '../options/request-log';

/** Answers a parsed request. */
export type Answerer = (request: RegistryRequest) => Promise<Answer>;

/** The context of one exchange. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: number;
  readonly fault: Fault | undefined;
}

/** Serves one request completely. Never fails: the log entry contains the error. */
export async function serveRequest(exchange: Exchange, answerer: Answerer): Promise<RequestLogEntry> {
  const { incoming, response, connection, fault } = exchange;
  const record = new ExchangeRecord(incoming, connection, fault !== undefined);
  try {
    await answerTo(exchange, record, answerer);
  } catch (error) {
    record.error = types.isNativeError(error) ? error : new Error(String(error));
    await answerFailure(exchange, error);
  }
  // An unread body must be discarded, or the next request on this connection would never be read.
  incoming.resume();
  return record.toEntry(response.headersSent ? response.statusCode : 0);
}

async function answerTo(exchange: Exchange, record: ExchangeRecord, answerer: Answerer): Promise<void> {
  const request = parseRequest(exchange.incoming, (count) => (record.bytesIn += count));
  const answer = (): Promise<Answer> =>
    request ? answerer(request) : Promise.resolve(refuse('NAME_INVALID', 'The path of the request is invalid.'));
  const send = (what: Answer): Promise<void> => sendAnswer(exchange.response, what, sendOptions(exchange.incoming, record));
  if (exchange.fault) await answerWithFault(exchange.fault, exchange, { answer, send });
  else await send(await answer());
}

function sendOptions({ method }: IncomingMessage, record: ExchangeRecord): Parameters<typeof sendAnswer>[2] {
  return { withBody: method !== 'HEAD', onBytes: (count) => (record.bytesOut += count) };
}

function parseRequest(incoming: IncomingMessage, onBytes: (count: number) => void): RegistryRequest | undefined {
  const target = parseTarget(incoming.url ?? '/');
  return target && { ...target, method: incoming.method ?? 'GET', headers: incoming.headers, body: readPieces(incoming, onBytes) };
}

async function* readPieces(incoming: IncomingMessage, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  // A route that stops reading (a manifest that is too large) still answers, so the stream must not be destroyed.
  for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
    onBytes((piece as Uint8Array).byteLength);
    yield piece as Uint8Array;
  }
}

/** A bug, a full disk, or a disconnected client: answered if the connection is still open. */
async function answerFailure({ incoming, response }: Exchange, error: unknown): Promise<void> {
  if (response.headersSent || incoming.socket.destroyed) {
    response.destroy();
    return;
  }
  try {
    await sendAnswer(response, answerFailed(error), { withBody: incoming.method !== 'HEAD', onBytes: () => undefined });
  } catch {
    // The connection is closed; the record already contains the first error.
    response.destroy();
  }
}
