/** The minimum speed of a transfer. */
export interface Pace {
  readonly bytesPerSecond: number;
  /** The period over which the speed is measured; shorter pauses are allowed. */
  readonly windowMs: number;
  /** Called regularly while the transfer is fast enough, or while we are the ones who neither send nor receive. */
  readonly onActivity?: () => void;
}

/** A transfer under observation. */
export interface WatchedTransfer {
  /** Whether the server has to send or receive bytes. */
  isTheirTurn(): boolean;
  /** Whether everything was sent and only the answer is missing: that wait has its own time-out, and does not count as activity. */
  isAnswerDue(): boolean;
  /** Transferred bytes in both directions, since the connection was made. */
  movedBytes(): number;
  stop(reason: string): void;
}

const CHECKS_PER_WINDOW = 24;

/** Aborts a transfer that is too slow: one byte per second causes no time-out, but would never end. */
export class PaceWatch {
  readonly #timer: NodeJS.Timeout;
  #window: { readonly bytes: number; readonly atMs: number };
  #checkedBytes = 0;

  constructor(
    private readonly pace: Pace,
    private readonly transfer: WatchedTransfer,
  ) {
    this.#window = this.#now();
    this.#timer = setInterval(() => this.#check(), pace.windowMs / CHECKS_PER_WINDOW);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #now() {
    return { bytes: this.transfer.movedBytes(), atMs: performance.now() };
  }

  #check(): void {
    const { bytesPerSecond, windowMs, onActivity } = this.pace;
    const now = this.#now();
    if (this.transfer.isAnswerDue()) {
      this.#window = now;
      return;
    }
    const isOurs = !this.transfer.isTheirTurn();
    const wanted = (bytesPerSecond * windowMs) / 1000;
    if (isOurs || now.bytes - this.#checkedBytes >= wanted / CHECKS_PER_WINDOW) onActivity?.();
    this.#checkedBytes = now.bytes;
    if (isOurs) this.#window = now;
    else if (now.atMs - this.#window.atMs >= windowMs) {
      if (now.bytes - this.#window.bytes < wanted) this.transfer.stop('The transfer was too slow.');
      this.#window = now;
    }
  }
}
