import { type IncomingHttpHeaders } from 'node:http';
import { type Readable } from 'node:stream';

import { type OpenContent } from '@nx-oci/model';

import { type Scope } from '../host/scope';
import { dropIncoming } from './http-exchange';

/** A request to one registry, before it is authorised. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** At the registry, or where the registry sent us for an upload. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Whose credentials to use; some sources keep them per repository. */
  readonly repository: string;
  /** The rights that the token must carry. */
  readonly scopes: readonly Scope[];
  /** Rights that are asked for in the same breath, since they will be useful soon; done without where they are refused. */
  readonly wishedScopes?: readonly Scope[];
  readonly signal?: AbortSignal;
  /** The answer names an upload, which is to be taken back where the run is stopped: what has left is waited for a moment longer. */
  readonly opensUpload?: boolean;
  /** Moves the bytes of a blob, and may take as long as they do move; anything else is over soon, or ended. */
  readonly isTransfer?: boolean;
  /** How long to wait for an answer once everything is sent. Default: the idle time-out. */
  readonly answerTimeoutMs?: number;
}

/** What to send. A stream is opened once per try, since it can be read only once. */
export type RequestBody =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'stream'; readonly open: OpenContent; readonly size: number };

/** An answer of any status; its body must be read, or dropped with `dropBody`. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The request carried a token that the registry's own token service had given for it. */
  readonly wasTokenAccepted: boolean;
}

/** Lets the connection be used again without looking at the body. */
export function dropBody(answer: RegistryAnswer): Promise<void> {
  return dropIncoming(answer.body);
}

/** The one value of a header; of several equal ones the first. */
export function headerOf(answer: Pick<RegistryAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
