import { type TransferWatcher } from './transfer-watcher';
import { printableLines } from '../../text/printable';
import { describeProgress, isBusy, renderProgress } from './render-progress';
import { TransferBoard } from './transfer-board';

const REDRAW_MS = 100;
// A shorter transfer needs no progress.
const LINE_MS = 10_000;

/** How progress is shown: redrawn in place, as an occasional line, or not at all. */
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
  readonly hasColor: boolean;
  readonly now: () => number;
}

/** Shows running uploads until it is stopped. */
export class ProgressDisplay {
  readonly #board = new TransferBoard();
  readonly #timer: NodeJS.Timeout | undefined;
  #drawnLines = 0;
  /** By repository, when its first byte was sent. */
  readonly #startedAtMs = new Map<string, number>();

  constructor(private readonly settings: ProgressSettings) {
    const { mode } = settings;
    if (mode === 'none') return;
    this.#timer = setInterval(() => this.refresh(), mode === 'live' ? REDRAW_MS : LINE_MS);
    this.#timer.unref();
  }

  /** Receives the events of all transfers. */
  readonly watcher: TransferWatcher = {
    queued: (repository, descriptor) => this.#board.queued(repository, descriptor),
    moved: (repository, event) => {
      if (!this.#startedAtMs.has(repository)) this.#startedAtMs.set(repository, this.settings.now());
      this.#board.moved(repository, event);
    },
    arrived: (repository, event) => this.#board.arrived(repository, event),
  };

  /** Prints text above the progress, which is then redrawn below. */
  around(print: (text: string) => void): (text: string) => void {
    return (text) => {
      this.#erase();
      print(text);
    };
  }

  /** Redraws the progress; also called by a timer. */
  refresh(): void {
    const { mode, screen, now, hasColor } = this.settings;
    const elapsedMs = (repository: string): number => now() - (this.#startedAtMs.get(repository) ?? now());
    const repositories = this.#board.repositories();
    if (mode === 'lines') {
      for (const repository of repositories.filter(isBusy))
        screen.write(`${printableLines(describeProgress(repository, elapsedMs(repository.repository)), { hasColor })}\n`);
    }
    if (mode !== 'live') return;
    // The cursor needs its own row, and a character in the last column may wrap.
    const room = { columns: (screen.columns ?? 80) - 1, rows: (screen.rows ?? 24) - 1 };
    const lines = renderProgress(repositories, elapsedMs, room);
    this.#erase();
    if (lines.length > 0) screen.write(`${printableLines(lines.join('\n'), { hasColor })}\n`);
    this.#drawnLines = lines.length;
  }

  /** Removes the progress; printed text stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #erase(): void {
    // Moves up to the first drawn line, then clears everything below.
    if (this.#drawnLines > 0) this.settings.screen.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }
}
