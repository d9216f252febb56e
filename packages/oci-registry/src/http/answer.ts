import type { Readable } from 'node:stream';

/** What a route answers; becomes bytes in `send-answer.ts`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A function is called only when the body is wanted (not for HEAD), and needs a `content-length` header beside it. */
  readonly body?: string | Uint8Array | (() => Readable);
}

/** A JSON document, with its length. */
export function answerJson(status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(document) };
}
