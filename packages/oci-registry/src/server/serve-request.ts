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

/** Answers a request that was parsed. */
export type Answerer = (request: RegistryRequest) => Promise<Answer>;

/** What one exchange needs to know beside its request. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: number;
  readonly fault: Fault | undefined;
}

/** One request from its first byte to the last of its answer. Never fails: the entry holds what went wrong. */
export async function serveRequest(exchange: Exchange, answerer: Answerer): Promise<RequestLogEntry> {
  const { incoming, response, connection, fault } = exchange;
  const record = new ExchangeRecord(incoming, connection, fault !== undefined);
  try {
    await answerTo(exchange, record, answerer);
  } catch (error) {
    record.error = types.isNativeError(error) ? error : new Error(String(error));
    await answerFailure(exchange, error);
  }
  // What no route read must go, or the next request on this connection would never be seen.
  incoming.resume();
  return record.toEntry(response.headersSent ? response.statusCode : 0);
}

async function answerTo(exchange: Exchange, record: ExchangeRecord, answerer: Answerer): Promise<void> {
  const request = parseRequest(exchange.incoming, (count) => (record.bytesIn += count));
  const answer = (): Promise<Answer> =>
    request ? answerer(request) : Promise.resolve(refuse('NAME_INVALID', 'The path of the request can not be read.'));
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
  // A route that stops reading (a manifest that is too large) still answers: the stream must not be destroyed then.
  for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
    onBytes((piece as Uint8Array).byteLength);
    yield piece as Uint8Array;
  }
}

/** Our own mistake, a full disk, or a client that went away: answered where somebody may still listen. */
async function answerFailure({ incoming, response }: Exchange, error: unknown): Promise<void> {
  if (response.headersSent || incoming.socket.destroyed) {
    response.destroy();
    return;
  }
  try {
    await sendAnswer(response, answerFailed(error), { withBody: incoming.method !== 'HEAD', onBytes: () => undefined });
  } catch {
    // Nobody listens any more; the record already holds what went wrong first.
    response.destroy();
  }
}
