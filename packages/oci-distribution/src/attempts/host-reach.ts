import { type FailedAttempt } from './failed-attempt';

export interface ReachOptions {
  /** Silences one after the other, after which the host is given up. */
  readonly tries: number;
  /** The shortest time after which a request counts as silent. */
  readonly timeoutMs: number;
  /** Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Whether a host answers at all. Everybody who waits for it shares what one of them found out: without that, 300 operations
 * would each wait for the same silence.
 *
 * Requests that are under way together fall silent together, and count as one try. A host that never answered stays given
 * up; one that did gets new tries from those who ask later.
 */
export class HostReach {
  #hasAnswered = false;
  #silences = 0;
  #lastSilenceMs = -Infinity;
  #failure: FailedAttempt | undefined;
  #waiting = new AbortController();

  constructor(private readonly options: ReachOptions) {}

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Why it is given up for the rest of this run. */
  get failure(): FailedAttempt | undefined {
    return this.#failure;
  }

  /** Aborts, with the `FailedAttempt` as its reason, when the host is given up. */
  get signal(): AbortSignal {
    return this.#waiting.signal;
  }

  /** It answered, whatever that was. */
  noteAnswer(): void {
    this.#hasAnswered = true;
  }

  /** An operation came to an end there. */
  noteEnd(): void {
    this.#silences = 0;
  }

  noteSilence(failure: FailedAttempt): void {
    const { tries, timeoutMs, now = () => performance.now() } = this.options;
    if (now() - this.#lastSilenceMs < timeoutMs / 2) return;
    this.#lastSilenceMs = now();
    this.#silences += 1;
    if (this.#silences < tries) return;
    const waiting = this.#waiting;
    if (this.#hasAnswered) {
      this.#silences = 0;
      this.#waiting = new AbortController();
    } else this.#failure = failure;
    waiting.abort(failure);
  }
}
