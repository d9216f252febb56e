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
  /** Default: the usual status of the code. */
  readonly status?: number;
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the format of the specification. */
export function refuse(code: ProtocolErrorCode, message: string, options: ProtocolErrorOptions = {}): Answer {
  return refuseEach(code, [{ message, detail: options.detail }], options);
}

/** One answer with several errors of one code. */
export function refuseEach(
  code: ProtocolErrorCode,
  reasons: readonly { readonly message: string; readonly detail?: unknown }[],
  options: ProtocolErrorOptions = {},
): Answer {
  const errors = reasons.map(({ message, detail }) => ({ code, message, ...(detail === undefined ? {} : { detail }) }));
  return answerJson(options.status ?? STATUSES[code], { errors }, options.headers);
}
