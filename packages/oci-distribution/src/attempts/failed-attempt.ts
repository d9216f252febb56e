import { type Digest, OciError, type OciErrorCode } from '@nx-oci/model';

import { type Outcome } from './retry-policy';

export interface FailedAttemptDetails {
  /** What the retry policy judges. */
  readonly outcome: Outcome;
  readonly code: OciErrorCode;
  /** The second half of the message, "Cannot push x: …", without a full stop. */
  readonly happened: string;
  readonly hint?: string;
  /** What the registry named in its complaint: the content that it misses. */
  readonly digests?: readonly Digest[];
  readonly cause?: unknown;
  /** Another certificate of ours might be let in. */
  readonly isAboutOurCertificate?: boolean;
}

/**
 * One try of an operation that failed. Never leaves this package: the loop around the operation either tries again or
 * turns it into the `OciError` that says what was being done.
 */
export class FailedAttempt extends Error {
  constructor(readonly details: FailedAttemptDetails) {
    super(details.happened);
  }

  /** @param doing the first half of the message, without "Cannot": `push api:1.4.0 to registry.example.com`. */
  toOciError(doing: string): OciError {
    const { code, happened, hint, cause } = this.details;
    return new OciError(code, `Cannot ${doing}: ${happened}.`, { hint, cause });
  }
}

/** Whether a registry did not want this very request, though it may well want another one for the same thing. */
export function isDecline({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 429 && !outcome.isRateLimit;
}
