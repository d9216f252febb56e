/** How fast a transfer has to be. */
export interface Pace {
  readonly bytesPerSecond: number;
  /** Over which time: a pause within it does no harm. */
  readonly windowMs: number;
  /** Told now and then while bytes move fast enough, or while it is us who take or give nothing. */
  readonly onLife?: () => void;
}

/** A transfer as the watch sees it. */
export interface WatchedTransfer {
  /** Whether it is for the other side to take or give bytes. */
  isTheirTurn(): boolean;
  /** Whether all is sent, and nothing but the answer is missing: a wait that has a bound of its own, and is no sign of life. */
  isAnswerDue(): boolean;
  /** In both directions, since the connection was made. */
  movedBytes(): number;
  stop(reason: string): void;
}

const LOOKS_PER_WINDOW = 24;

/** Ends a transfer at which bytes move, but drip: one byte a second is no silence, and never comes to an end. */
export class PaceWatch {
  readonly #timer: NodeJS.Timeout;
  #window: { readonly bytes: number; readonly atMs: number };
  #lookedBytes = 0;

  constructor(
    private readonly pace: Pace,
    private readonly transfer: WatchedTransfer,
  ) {
    this.#window = this.#now();
    this.#timer = setInterval(() => this.#look(), pace.windowMs / LOOKS_PER_WINDOW);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #now() {
    return { bytes: this.transfer.movedBytes(), atMs: performance.now() };
  }

  #look(): void {
    const { bytesPerSecond, windowMs, onLife } = this.pace;
    const now = this.#now();
    if (this.transfer.isAnswerDue()) {
      this.#window = now;
      return;
    }
    const isOurs = !this.transfer.isTheirTurn();
    const wanted = (bytesPerSecond * windowMs) / 1000;
    if (isOurs || now.bytes - this.#lookedBytes >= wanted / LOOKS_PER_WINDOW) onLife?.();
    this.#lookedBytes = now.bytes;
    if (isOurs) this.#window = now;
    else if (now.atMs - this.#window.atMs >= windowMs) {
      if (now.bytes - this.#window.bytes < wanted) this.transfer.stop('It was too slow.');
      this.#window = now;
    }
  }
}
