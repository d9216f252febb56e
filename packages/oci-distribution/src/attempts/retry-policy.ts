import { BOUNDS } from '../transport/bounds';

/** What came of one try: an answer that was not the one wanted, or no answer at all. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** The registry's own error codes, as the specification names them. */
      readonly codes: readonly string[];
      /** How long the registry asks us to wait. */
      readonly retryAfterMs?: number;
      /** The text says that it is about the number of requests, whatever the status says. */
      readonly isRateLimit?: boolean;
    }
  /** `connect`: nobody was reached; `transfer`: the connection broke later; `hopeless`: it would break the same way again. */
  | {
      readonly kind: 'broken';
      readonly phase: 'connect' | 'transfer' | 'hopeless';
      /** Found out by waiting for a whole time-out. */
      readonly isSilence?: true;
    };

export type Verdict = { readonly retry: false } | { readonly retry: true; readonly waitMs: number; readonly pauseHost: boolean };

/** Bounds of the one retry loop around each operation. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Tries in all while nobody is reached, or answers: each costs a whole time-out. */
  readonly connectAttempts: number;
  /** Longest wait before the second try; doubles with each further one. */
  readonly baseMs: number;
  /** Longest wait that we choose ourselves. */
  readonly capMs: number;
  /** Longest wait that a registry may ask for. */
  readonly askedCapMs: number;
  /** All waits of one operation together. Time spent on sending does not count. */
  readonly budgetMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: BOUNDS.tries,
  connectAttempts: BOUNDS.silentTries,
  baseMs: 500,
  capMs: BOUNDS.backoffMs,
  askedCapMs: BOUNDS.askedWaitMs,
  budgetMs: BOUNDS.waitsMs,
};

const STOP: Verdict = { retry: false };

// 499 is nginx' "client closed request", 520 to 524 are Cloudflare's: both stand in front of real registries.
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

// A session that the registry lost is started anew by the operation; the content itself is fine.
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['TOOMANYREQUESTS', 'UNAVAILABLE', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN']);

/** Whether a status speaks of the moment, not of what was asked. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT_STATUSES.has(status);
}

/** One try that failed, and what went before it. */
export interface FailedTry {
  readonly outcome: Outcome;
  /** 1 for the first. */
  readonly attempt: number;
  /** What this operation has already waited. */
  readonly waitedMs: number;
}

/**
 * Decides whether an operation is worth another try, and when. Pure: the caller owns the clock and the dice.
 *
 * @param random in [0, 1): full jitter, so that a hundred images do not come back at the same moment.
 * @see AWS Architecture Blog, "Exponential Backoff and Jitter" (2015)
 */
export function judge(failed: FailedTry, random: number, policy: RetryPolicy): Verdict {
  const { outcome, attempt, waitedMs } = failed;
  if (attempt >= attemptsFor(outcome, policy)) return STOP;
  const askedMs = outcome.kind === 'answer' ? outcome.retryAfterMs : undefined;
  const backoffMs = Math.min(random * policy.baseMs * 2 ** (attempt - 1), policy.capMs);
  const waitMs = askedMs === undefined ? backoffMs : Math.min(askedMs, policy.askedCapMs);
  if (waitedMs + waitMs > policy.budgetMs) return STOP;
  // A rate limit is about the host, not about this blob: everything that waits for the host waits longer.
  return { retry: true, waitMs, pauseHost: outcome.kind === 'answer' && (outcome.status === 429 || outcome.isRateLimit === true) };
}

function attemptsFor(outcome: Outcome, policy: RetryPolicy): number {
  if (outcome.kind === 'answer') return isTransientAnswer(outcome) ? policy.attempts : 1;
  if (outcome.phase === 'hopeless') return 1;
  return outcome.phase === 'connect' || outcome.isSilence ? Math.min(policy.connectAttempts, policy.attempts) : policy.attempts;
}

function isTransientAnswer(outcome: Extract<Outcome, { kind: 'answer' }>): boolean {
  return isTransientStatus(outcome.status) || outcome.isRateLimit === true || outcome.codes.some((code) => TRANSIENT_CODES.has(code));
}
