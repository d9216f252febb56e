/** An operation that waits for one host. */
export interface Wait {
  /** The next attempt starts after a pause. @param happened why, without a full stop. */
  pause(ms: number, happened: string): void;
  end(): void;
}

export interface WaitNoticeOptions {
  /** As in references. */
  readonly host: string;
  /** How long the host may be silent before a notice, and between two notices. */
  readonly noticeMs: number;
  /** After how long without an answer the operations fail, if the longest time-out of their requests is `boundMs`; 0: none is connected yet. */
  readonly limitMs: (boundMs: number) => number;
  /** Called with one line: which host we wait for, since when, and until when. */
  readonly onWait: ((line: string) => void) | undefined;
  /** Default `performance.now`. */
  readonly now?: () => number;
}

/** Reports that a host does not answer while operations wait for it: once for all of them, and repeatedly while it lasts. */
export class WaitNotices {
  readonly #pending = new Map<symbol, string>();
  readonly #now: () => number;
  #lastActivityMs = 0;
  #boundMs = 0;
  #lastNoticeMs = -Infinity;
  #pausedUntilMs = 0;
  #reason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WaitNoticeOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** @param doing without "Cannot": `look up registry.example.com/api:v1`. */
  begin(doing: string): Wait {
    const key = Symbol(doing);
    if (this.#pending.size === 0) {
      this.#boundMs = 0;
      this.recordActivity();
    }
    this.#pending.set(key, doing);
    // The timer must not keep a finished process alive.
    this.#timer ??= this.options.onWait && setInterval(() => this.#check(), this.options.noticeMs / 8).unref();
    return {
      pause: (ms, happened) => this.#pause(ms, happened),
      end: () => {
        this.#pending.delete(key);
        this.recordActivity();
        if (this.#pending.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  /** The host answered, or bytes of a blob were transferred. */
  recordActivity(): void {
    this.#lastActivityMs = this.#now();
  }

  /** A request is connected (or waits for a token), and its answer may take this long. */
  recordTimeout(ms: number): void {
    this.#boundMs = Math.max(this.#boundMs, ms);
  }

  #pause(ms: number, happened: string): void {
    const until = this.#now() + ms;
    if (until <= this.#pausedUntilMs) return;
    // Operations that pause together are reported once.
    const isNew = until - this.#pausedUntilMs > this.options.noticeMs;
    this.#pausedUntilMs = until;
    this.#reason = happened;
    if (isNew && ms > this.options.noticeMs) this.#report();
  }

  #check(): void {
    if (this.#now() - Math.max(this.#lastActivityMs, this.#lastNoticeMs) >= this.options.noticeMs) this.#report();
  }

  #report(): void {
    this.#lastNoticeMs = this.#now();
    this.options.onWait?.(this.#describe());
  }

  #describe(): string {
    const [first = 'go on', ...others] = this.#pending.values();
    const pending = others.length === 0 ? first : `${first}, and ${others.length} more`;
    const { host, limitMs } = this.options;
    const pauseMs = this.#pausedUntilMs - this.#now();
    if (pauseMs > 0) return `Waiting ${seconds(pauseMs)} before the next request to ${host}: ${this.#reason} (to ${pending}).`;
    const silentMs = this.#now() - this.#lastActivityMs;
    return `Waiting for ${host}: no answer for ${seconds(silentMs)} (to ${pending}); giving up after ${seconds(limitMs(this.#boundMs))}.`;
  }
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}
