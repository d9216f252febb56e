import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import type { Fault } from '../options/faults';
import type { Answer } from '../http/answer';

interface Connection {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

interface UsualWay {
  readonly answer: () => Promise<Answer>;
  readonly send: (answer: Answer) => Promise<void>;
}

/** Serves a request that has a fault. */
export async function answerWithFault(fault: Fault, connection: Connection, usual: UsualWay): Promise<void> {
  const { incoming } = connection;
  if (fault.delayMs !== undefined) await waitFor(fault.delayMs, connection);
  if (fault.reset === 'before') {
    reset(connection);
    return;
  }
  if (fault.reset === 'in-request') return resetAtFirstPiece(connection);
  if (fault.answer) return usual.send(fault.answer);
  const answer = await usual.answer();
  if (fault.reset === 'after') {
    reset(connection);
    return;
  }
  if (fault.reset === 'in-answer') return sendHalf(connection, answer);
  return usual.send(fault.corrupt && incoming.method !== 'HEAD' ? corruptBody(answer) : answer);
}

/** Ends with the connection, so that a closed registry does not keep the process alive. */
function waitFor(delayMs: number, { incoming: { socket } }: Connection): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      socket.off('close', go);
      resolve();
    };
    const timer = setTimeout(go, delayMs);
    socket.once('close', go);
  });
}

/** A reset, as from a crashed proxy or a firewall. */
function reset({ incoming }: Connection): void {
  incoming.socket.resetAndDestroy();
}

async function resetAtFirstPiece(connection: Connection): Promise<void> {
  const pieces = connection.incoming[Symbol.asyncIterator]();
  await pieces.next();
  reset(connection);
}

/** Announces the whole body and sends half of its first chunk. */
async function sendHalf(connection: Connection, answer: Answer): Promise<void> {
  const { response } = connection;
  const first = await readFirstPiece(answer);
  response.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer) });
  await new Promise<void>((resolve) => response.write(first.subarray(0, Math.ceil(first.byteLength / 2)), () => resolve()));
  reset(connection);
}

function corruptBody(answer: Answer): Answer {
  if (answer.body === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, ...lengthOf(answer) }, body: () => Readable.from(turnFirstByte(openBody(answer))) };
}

async function* turnFirstByte(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const piece of body) {
    // A copy: the chunk may be the registry's own memory of the blob.
    yield isFirst ? Uint8Array.from(piece, (byte, index) => (index === 0 ? byte ^ 0xff : byte)) : piece;
    isFirst = false;
  }
}

async function readFirstPiece(answer: Answer): Promise<Uint8Array> {
  for await (const piece of openBody(answer)) return piece;
  return new Uint8Array();
}

function openBody({ body = '' }: Answer): AsyncIterable<Uint8Array> {
  return typeof body === 'function' ? body() : Readable.from([Buffer.from(body)]);
}

function lengthOf({ body }: Answer): Readonly<Record<string, string>> {
  return body === undefined || typeof body === 'function' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}
