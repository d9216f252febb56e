import { type Timings } from '../report/report-schema';

/** Measures the phases of a publish, one after the other, from now on. */
export class PhaseClock {
  readonly startedAtMs: number;
  #timings: Timings = {};
  #phaseStartMs: number;

  constructor(private readonly now: () => number) {
    this.startedAtMs = this.#phaseStartMs = now();
  }

  /** Notes that a phase ended, and the next one begins. */
  end(phase: keyof Timings): void {
    const nowMs = this.now();
    this.#timings = { ...this.#timings, [phase]: nowMs - this.#phaseStartMs };
    this.#phaseStartMs = nowMs;
  }

  /** Milliseconds of the phases that have ended. */
  get timings(): Timings {
    return this.#timings;
  }
}
