import { type Digest, OciError, type OciErrorCode } from '@nx-oci/model';

import { wordHint, type Hint } from '../host/hint';
import { type Outcome } from './retry-policy';

export interface FailedAttemptDetails {
  /** Input of the retry policy. */
  readonly outcome: Outcome;
  readonly code: OciErrorCode;
  /** The second half of the message, "Cannot push x: …", without a full stop. */
  readonly happened: string;
  readonly hint?: Hint;
  /** Digests in the error of the registry: content that it lacks. */
  readonly digests?: readonly Digest[];
  readonly cause?: unknown;
  /** Another client certificate might be accepted. */
  readonly isClientCertificateError?: boolean;
}

/**
 * A failed attempt of an operation. Never leaves this package: the loop around the operation either retries or turns it
 * into an `OciError` that says what was being done.
 */
export class FailedAttempt extends Error {
  constructor(readonly details: FailedAttemptDetails) {
    super(details.happened);
  }

  /**
   * @param doing the first half of the message, without "Cannot": `push api:1.4.0 to registry.example.com`.
   * @param settingsFile where users write the settings of a registry, for the hint.
   */
  toOciError(doing: string, settingsFile: string | undefined): OciError {
    const { code, happened, hint, cause } = this.details;
    return new OciError(code, `Cannot ${doing}: ${happened}.`, { hint: wordHint(hint, settingsFile), cause });
  }
}

/** Whether the registry declined this request, so that another kind of request for the same content may still succeed. */
export function isDecline({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 429 && !outcome.isRateLimit;
}
