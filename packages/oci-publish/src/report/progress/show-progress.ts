import { type TransferWatcher } from './transfer-watcher';
import { redact } from '../../secrets/redact';
import { describeProgress, isBusy, renderProgress } from './render-progress';
import { TransferBoard } from './transfer-board';

const REDRAW_MS = 100;
// A transfer that takes less needs no news.
const LINE_MS = 10_000;

/** How progress is shown: redrawn in place, now and then as a line, or not at all. */
export type ProgressMode = 'live' | 'lines' | 'none';

/** Where progress is drawn: a terminal, or whatever stdout is. */
export interface ProgressScreen {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface ProgressSettings {
  readonly mode: ProgressMode;
  readonly screen: ProgressScreen;
  readonly now: () => number;
}

/** Shows what is on its way, until it is stopped. */
export class ProgressDisplay {
  readonly #board = new TransferBoard();
  readonly #timer: NodeJS.Timeout | undefined;
  #drawnLines = 0;
  #startedAtMs: number | undefined;

  constructor(private readonly settings: ProgressSettings) {
    const { mode } = settings;
    if (mode === 'none') return;
    this.#timer = setInterval(() => this.refresh(), mode === 'live' ? REDRAW_MS : LINE_MS);
    this.#timer.unref();
  }

  /** Watches every transfer. */
  readonly watcher: TransferWatcher = {
    moved: (place, event) => {
      this.#startedAtMs ??= this.settings.now();
      this.#board.moved(place, event);
    },
    arrived: (place, event) => this.#board.arrived(place, event),
  };

  /** Prints above the progress, which is drawn again below. */
  around(print: (text: string) => void): (text: string) => void {
    return (text) => {
      this.#erase();
      print(text);
    };
  }

  /** Shows how far everything is now; called by itself, too. */
  refresh(): void {
    const { mode, screen, now } = this.settings;
    const elapsedMs = now() - (this.#startedAtMs ?? now());
    const places = this.#board.places();
    if (mode === 'lines') {
      for (const place of places.filter(isBusy)) screen.write(`${redact(describeProgress(place, elapsedMs))}\n`);
    }
    if (mode !== 'live') return;
    // The cursor needs a row of its own, and one of the last column may wrap.
    const room = { columns: (screen.columns ?? 80) - 1, rows: (screen.rows ?? 24) - 1 };
    const lines = renderProgress(places, elapsedMs, room);
    this.#erase();
    if (lines.length > 0) screen.write(`${redact(lines.join('\n'))}\n`);
    this.#drawnLines = lines.length;
  }

  /** Takes the progress away; what was printed stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #erase(): void {
    // Up to the first line of what was drawn, then everything below is cleared.
    if (this.#drawnLines > 0) this.settings.screen.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }
}
