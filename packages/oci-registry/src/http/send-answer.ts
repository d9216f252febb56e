import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Answer } from './answer';

/** Options for sending one answer. */
export interface SendOptions {
  readonly withBody: boolean;
  /** Called with the size of each sent chunk of the body. */
  readonly onBytes: (count: number) => void;
}

/** Sends a complete answer. @throws if the client disconnects or the content fails. */
export async function sendAnswer(response: ServerResponse, answer: Answer, options: SendOptions): Promise<void> {
  const { body } = answer;
  // A closed stream emits no further event, so that we would wait forever.
  if (response.closed) throw new Error('The client disconnected before the answer.');
  if (options.withBody && typeof body === 'function') return sendContent(response, answer, body(), options);
  writeHead(response, answer);
  if (!options.withBody || body === undefined || typeof body === 'function') return end(response);
  options.onBytes(Buffer.byteLength(body));
  return end(response, body);
}

function writeHead(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...lengthOf(answer), ...answer.headers });
}

async function sendContent(response: ServerResponse, answer: Answer, content: Readable, options: SendOptions): Promise<void> {
  let sent = 0;
  const count = (bytes: number): void => {
    sent += bytes;
    options.onBytes(bytes);
  };
  try {
    const pieces = (content as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    // Before the head is written, so that content that cannot be opened still gets an error answer.
    const first = await pieces.next();
    writeHead(response, answer);
    await pipeline(countBytes(first, pieces, count), response);
  } catch (error) {
    // A client that has received every byte may disconnect before we end the answer: that is no failure.
    if (!response.headersSent || String(sent) !== answer.headers?.['content-length']) throw error;
  } finally {
    content.destroy();
  }
}

function lengthOf({ status, body }: Answer): Readonly<Record<string, string>> {
  // RFC 9110 §8.6: no Content-Length in a 204 or 304.
  if (status === 204 || status === 304 || typeof body === 'function') return {};
  return { 'content-length': String(body === undefined ? 0 : Buffer.byteLength(body)) };
}

function end(response: ServerResponse, body?: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('error', reject);
    response.once('close', resolve);
    response.end(body, () => resolve());
  });
}

async function* countBytes(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let piece = first; !piece.done; piece = await rest.next()) {
    onBytes(piece.value.byteLength);
    yield piece.value;
  }
}
