/** What a run waits for at one host. */
export interface Wait {
  /** The next try comes after a pause. @param happened why, without a full stop. */
  pause(ms: number, happened: string): void;
  end(): void;
}

export interface WaitOptions {
  /** As in references. */
  readonly host: string;
  /** How long the host may be silent until it is said, and said again. */
  readonly noticeMs: number;
  /** After which silence all is given up, where the most patient of the requests waits `boundMs` for its answer; 0: none is connected yet. */
  readonly limitMs: (boundMs: number) => number;
  /** Told in one line for whom we wait, for how long by now, and until when. */
  readonly onWait: ((line: string) => void) | undefined;
  /** Default `performance.now`. */
  readonly now?: () => number;
}

/** Says that a host does not answer while operations wait for it: once for all of them, and again as long as it lasts. */
export class HostWaits {
  readonly #pending = new Map<symbol, string>();
  readonly #now: () => number;
  #aliveMs = 0;
  #boundMs = 0;
  #toldMs = -Infinity;
  #pausedUntilMs = 0;
  #reason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: WaitOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** @param doing without "Cannot": `look up registry.example.com/api:v1`. */
  begin(doing: string): Wait {
    const key = Symbol(doing);
    if (this.#pending.size === 0) {
      this.#boundMs = 0;
      this.noteLife();
    }
    this.#pending.set(key, doing);
    // Nobody is kept from ending by a line that nobody would need any more.
    this.#timer ??= this.options.onWait && setInterval(() => this.#look(), this.options.noticeMs / 8).unref();
    return {
      pause: (ms, happened) => this.#pause(ms, happened),
      end: () => {
        this.#pending.delete(key);
        this.noteLife();
        if (this.#pending.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  /** The host answered, or a blob moves. */
  noteLife(): void {
    this.#aliveMs = this.#now();
  }

  /** There is a connection, or somebody else to be asked first, and the answer may take so long. */
  noteBound(ms: number): void {
    this.#boundMs = Math.max(this.#boundMs, ms);
  }

  #pause(ms: number, happened: string): void {
    const until = this.#now() + ms;
    if (until <= this.#pausedUntilMs) return;
    // Those that are paused together say so once.
    const isNews = until - this.#pausedUntilMs > this.options.noticeMs;
    this.#pausedUntilMs = until;
    this.#reason = happened;
    if (isNews && ms > this.options.noticeMs) this.#tell();
  }

  #look(): void {
    if (this.#now() - Math.max(this.#aliveMs, this.#toldMs) >= this.options.noticeMs) this.#tell();
  }

  #tell(): void {
    this.#toldMs = this.#now();
    this.options.onWait?.(this.#describe());
  }

  #describe(): string {
    const [first = 'go on', ...others] = this.#pending.values();
    const whom = others.length === 0 ? first : `${first}, and ${others.length} more`;
    const { host, limitMs } = this.options;
    const pauseMs = this.#pausedUntilMs - this.#now();
    if (pauseMs > 0) return `Waiting to ask ${host} again in ${seconds(pauseMs)}: ${this.#reason} (to ${whom}).`;
    const silentMs = this.#now() - this.#aliveMs;
    return `Waiting for ${host}: no answer for ${seconds(silentMs)} (to ${whom}); given up after ${seconds(limitMs(this.#boundMs))}.`;
  }
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}
