import { answerJson, type Answer } from './answer';

/** The specification's error codes. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
export type ProtocolErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS';

const STATUSES: Readonly<Record<ProtocolErrorCode, number>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
};

export interface ProtocolErrorOptions {
  /** Where the usual status of the code is not the right one. */
  readonly status?: number;
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in the body that the specification asks for. */
export function refuse(code: ProtocolErrorCode, message: string, options: ProtocolErrorOptions = {}): Answer {
  return refuseEach(code, [{ message, detail: options.detail }], options);
}

/** One refusal for several reasons of one kind, each with its own entry. */
export function refuseEach(
  code: ProtocolErrorCode,
  reasons: readonly { readonly message: string; readonly detail?: unknown }[],
  options: ProtocolErrorOptions = {},
): Answer {
  const errors = reasons.map(({ message, detail }) => ({ code, message, ...(detail === undefined ? {} : { detail }) }));
  return answerJson(options.status ?? STATUSES[code], { errors }, options.headers);
}
