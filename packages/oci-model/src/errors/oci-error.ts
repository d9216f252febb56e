import { knownSecrets } from '../secrets/known-secrets';

/**
 * Everything that can go wrong, as a closed list. A code names the kind of failure, never where it happened;
 * programs branch on it, people read `message` and `hint`.
 */
export type OciErrorCode =
  // what a user wrote
  | 'OPTIONS_INVALID'
  | 'CONFIGURATION_INVALID'
  | 'REFERENCE_INVALID'
  | 'TAG_INVALID'
  | 'DIGEST_INVALID'
  | 'PLATFORM_INVALID'
  // content
  | 'DIGEST_MISMATCH'
  | 'SIZE_MISMATCH'
  | 'MANIFEST_INVALID'
  | 'CONFIG_INVALID'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'BODY_TOO_LARGE'
  | 'LAYOUT_INVALID'
  | 'LAYER_SOURCE_MISSING'
  | 'LAYER_SOURCE_INVALID'
  | 'WRONG_IMAGE'
  | 'IMAGE_OUTDATED'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_FAULTY'
  // registries
  | 'NOT_FOUND'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'TAG_IMMUTABLE'
  | 'RATE_LIMITED'
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_FAILED'
  | 'PROTOCOL_MISMATCH'
  | 'TLS_UNTRUSTED'
  | 'REDIRECT_REFUSED'
  | 'REALM_REFUSED'
  | 'CREDENTIALS_INVALID'
  | 'CREDENTIAL_HELPER_FAILED'
  // this machine
  | 'FILE_UNUSABLE'
  | 'PORT_IN_USE'
  | 'FOLDER_IN_USE'
  | 'ENGINE_MISSING'
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_FAILED'
  | 'GIT_UNAVAILABLE'
  | 'PUBLISH_INCOMPLETE'
  | 'ABORTED';

export interface OciErrorOptions {
  /** What to do now, as a full sentence. Present whenever the reader can act. */
  readonly hint?: string;
  /** The foreign error behind this one; wrapped once, at the edge of the package that caught it. */
  readonly cause?: unknown;
}

// Shared by all copies of this package in one process: they must recognise each other's errors.
const MARK = Symbol.for('nx-oci.OciError');

/**
 * The one error family of all packages.
 *
 * `message` says what we were doing, to what, and what happened; `hint` what to do now. Known secrets are removed
 * from both.
 */
export class OciError extends Error {
  override readonly name = 'OciError';
  readonly hint: string | undefined;
  readonly [MARK] = true;

  constructor(
    readonly code: OciErrorCode,
    message: string,
    options: OciErrorOptions = {},
  ) {
    super(knownSecrets().redact(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.hint = options.hint === undefined ? undefined : knownSecrets().redact(options.hint);
  }
}

/** Whether `value` is an `OciError` (recognised by a mark, not by its class) with one of `codes`, if any are given. */
export function isOciError(value: unknown, ...codes: readonly OciErrorCode[]): value is OciError {
  if (!(value instanceof Error) || !(MARK in value)) return false;
  return codes.length === 0 || codes.includes((value as OciError).code);
}
