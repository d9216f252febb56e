import { type IncomingHttpHeaders } from 'node:http';
import { type Readable } from 'node:stream';

import { type OpenContent } from '@nx-oci/model';

import { type Scope } from '../host/scope';
import { discardBody } from './http-exchange';

/** A request to one registry, before it is authorised. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** At the registry, or where the registry redirected an upload. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Whose credentials to use; some sources keep them per repository. */
  readonly repository: string;
  /** The scopes that the token must have. */
  readonly scopes: readonly Scope[];
  /** Scopes that are requested with the same token, since they will be needed soon; optional. */
  readonly extraScopes?: readonly Scope[];
  readonly signal?: AbortSignal;
  /** The answer names an upload, which must be cancelled if the run is stopped: an abort waits a moment longer for the answer. */
  readonly opensUpload?: boolean;
  /** Transfers a blob, without a total time-out. */
  readonly isTransfer?: boolean;
  /** How long to wait for an answer once everything was sent. Default: the idle time-out. */
  readonly answerTimeoutMs?: number;
}

/** The content to send. A stream is opened once per attempt, since it can be read only once. */
export type RequestBody =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'stream'; readonly open: OpenContent; readonly size: number };

/** An answer with any status; its body must be read, or discarded with `dropBody`. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The final URL after redirects. */
  readonly url: URL;
  /** The request had a token from the registry's token service. */
  readonly wasTokenAccepted: boolean;
}

/** Discards the body, so that the connection can be reused. */
export function dropBody(answer: RegistryAnswer): Promise<void> {
  return discardBody(answer.body);
}

/** The value of a header; the first one if it is repeated. */
export function headerOf(answer: Pick<RegistryAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
