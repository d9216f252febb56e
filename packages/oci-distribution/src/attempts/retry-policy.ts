import { BOUNDS } from '../transport/bounds';

/** The result of a failed attempt: an unwanted answer, or no answer at all. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** The error codes that the registry sent, as the specification names them. */
      readonly codes: readonly string[];
      /** How long the registry asks us to wait. */
      readonly retryAfterMs?: number;
      /** The text says that it is a rate limit, regardless of the status. */
      readonly isRateLimit?: boolean;
    }
  /** `connect`: no connection; `transfer`: the connection broke later; `permanent`: a retry would fail the same way. */
  | {
      readonly kind: 'broken';
      readonly phase: 'connect' | 'transfer' | 'permanent';
      /** Found only by waiting for a whole time-out. */
      readonly isTimeout?: true;
    };

export type RetryDecision = { readonly retry: false } | { readonly retry: true; readonly waitMs: number; readonly pauseHost: boolean };

/** Bounds of the one retry loop around each operation. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Attempts in all while the host is unreachable or silent: each costs a whole time-out. */
  readonly connectAttempts: number;
  /** Longest wait before the second attempt; doubles with each further one. */
  readonly baseMs: number;
  /** Longest wait of our own choice. */
  readonly capMs: number;
  /** Longest wait that a registry may ask for. */
  readonly askedCapMs: number;
  /** All waits of one operation together. Time spent on transfers does not count. */
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

const STOP: RetryDecision = { retry: false };

// 499 is nginx' "client closed request", 520 to 524 are Cloudflare's: both run in front of real registries.
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

// If the registry lost an upload session, the operation starts a new one.
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['TOOMANYREQUESTS', 'UNAVAILABLE', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN']);

/** Whether a status is temporary and does not depend on the request. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT_STATUSES.has(status);
}

/** A failed attempt, and what preceded it. */
export interface RetrySituation {
  readonly outcome: Outcome;
  /** 1 for the first. */
  readonly attempt: number;
  /** How long this operation has already waited. */
  readonly waitedMs: number;
}

/**
 * Decides whether an operation is retried, and when. Pure: the caller supplies time and randomness.
 *
 * @param random in [0, 1): full jitter, so that a hundred images do not retry at the same moment.
 * @see AWS Architecture Blog, "Exponential Backoff and Jitter" (2015)
 */
export function decideRetry(failed: RetrySituation, random: number, policy: RetryPolicy): RetryDecision {
  const { outcome, attempt, waitedMs } = failed;
  if (attempt >= attemptsFor(outcome, policy)) return STOP;
  const askedMs = outcome.kind === 'answer' ? outcome.retryAfterMs : undefined;
  const backoffMs = Math.min(random * policy.baseMs * 2 ** (attempt - 1), policy.capMs);
  const waitMs = askedMs === undefined ? backoffMs : Math.min(askedMs, policy.askedCapMs);
  if (waitedMs + waitMs > policy.budgetMs) return STOP;
  // A rate limit applies to the host, not to this blob: everything that waits for the host waits longer.
  return { retry: true, waitMs, pauseHost: outcome.kind === 'answer' && (outcome.status === 429 || outcome.isRateLimit === true) };
}

function attemptsFor(outcome: Outcome, policy: RetryPolicy): number {
  if (outcome.kind === 'answer') return isTransientAnswer(outcome) ? policy.attempts : 1;
  if (outcome.phase === 'permanent') return 1;
  return outcome.phase === 'connect' || outcome.isTimeout ? Math.min(policy.connectAttempts, policy.attempts) : policy.attempts;
}

function isTransientAnswer(outcome: Extract<Outcome, { kind: 'answer' }>): boolean {
  return isTransientStatus(outcome.status) || outcome.isRateLimit === true || outcome.codes.some((code) => TRANSIENT_CODES.has(code));
}
