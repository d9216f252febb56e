import type { Readable } from 'node:stream';

/** The answer of a route; sent by `send-answer.ts`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A function is called only if the body is needed (not for HEAD), and requires a `content-length` header. */
  readonly body?: string | Uint8Array | (() => Readable);
}

/** A JSON document, with its length. */
export function answerJson(status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(document) };
}
