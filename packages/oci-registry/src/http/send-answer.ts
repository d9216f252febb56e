import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Answer } from './answer';

/** What the answer to one request may be changed by on its way out. */
export interface SendOptions {
  readonly withBody: boolean;
  /** Called with each piece of the body that goes out. */
  readonly onBytes: (count: number) => void;
}

/** Writes an answer, whole. @throws when the client goes away or the content breaks off. */
export async function sendAnswer(response: ServerResponse, answer: Answer, options: SendOptions): Promise<void> {
  const { body } = answer;
  // Its stream has closed already and would say nothing more, so that whoever waited for its end would wait for ever.
  if (response.closed) throw new Error('The client went away before it was answered.');
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
    // Read before the head is written: content that cannot be opened is still answered.
    const first = await pieces.next();
    writeHead(response, answer);
    await pipeline(countBytes(first, pieces, count), response);
  } catch (error) {
    // A client that has every byte it was promised may hang up before we can end the answer: nothing failed then.
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
