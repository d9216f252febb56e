import { type FailedAttempt } from './failed-attempt';

export interface ReachabilityOptions {
  /** Consecutive time-outs after which we give up on the host. */
  readonly tries: number;
  /** The shortest time-out of a request. */
  readonly timeoutMs: number;
  /** Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Whether a host answers at all. All operations share the result: otherwise 300 operations would each wait for the same
 * time-out.
 *
 * Parallel requests time out together, and count once. A host that never answered stays unreachable for the run; one that
 * did is tried again by later operations.
 */
export class HostReachability {
  #hasAnswered = false;
  #timeouts = 0;
  #lastTimeoutMs = -Infinity;
  #failure: FailedAttempt | undefined;
  #waiting = new AbortController();

  constructor(private readonly options: ReachabilityOptions) {}

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Why the host counts as unreachable for the rest of this run. */
  get failure(): FailedAttempt | undefined {
    return this.#failure;
  }

  /** Aborts, with the `FailedAttempt` as its reason, when we give up on the host. */
  get signal(): AbortSignal {
    return this.#waiting.signal;
  }

  /** The host sent an answer of any kind. */
  recordAnswer(): void {
    this.#hasAnswered = true;
  }

  /** An operation completed there. */
  recordCompletion(): void {
    this.#timeouts = 0;
  }

  recordTimeout(failure: FailedAttempt): void {
    const { tries, timeoutMs, now = () => performance.now() } = this.options;
    if (now() - this.#lastTimeoutMs < timeoutMs / 2) return;
    this.#lastTimeoutMs = now();
    this.#timeouts += 1;
    if (this.#timeouts < tries) return;
    const waiting = this.#waiting;
    if (this.#hasAnswered) {
      this.#timeouts = 0;
      this.#waiting = new AbortController();
    } else this.#failure = failure;
    waiting.abort(failure);
  }
}
