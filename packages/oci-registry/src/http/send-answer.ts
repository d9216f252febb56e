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
  response.writeHead(answer.status, { ...lengthOf(answer), ...answer.headers });
  if (!options.withBody || body === undefined) await end(response);
  else if (typeof body === 'function') await sendContent(response, answer, body(), options);
  else {
    options.onBytes(Buffer.byteLength(body));
    await end(response, body);
  }
}

async function sendContent(response: ServerResponse, answer: Answer, content: Readable, options: SendOptions): Promise<void> {
  let sent = 0;
  const count = (bytes: number): void => {
    sent += bytes;
    options.onBytes(bytes);
  };
  try {
    await pipeline(countBytes(content, count), response);
  } catch (error) {
    // A client that has every byte it was promised may hang up before we can end the answer: nothing failed then.
    if (String(sent) !== answer.headers?.['content-length']) throw error;
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

async function* countBytes(content: Readable, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of content as AsyncIterable<Uint8Array>) {
    onBytes(piece.byteLength);
    yield piece;
  }
}
