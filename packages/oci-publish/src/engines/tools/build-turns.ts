/**
 * The turns of the builds of one process: a few work at the same time, and those that can be done together wait for each other.
 */
export class BuildTurns {
  readonly #freeAgain: (() => void)[] = [];
  readonly #meeting: (() => void)[] = [];
  #free: number;
  #expected = 0;

  /** @param mostAtOnce builds that work at the same time, without those that meet. */
  constructor(mostAtOnce: number) {
    this.#free = mostAtOnce;
  }

  /** Call it as soon as it is known that a build comes: those that meet wait for it, until it comes, too, or leaves. */
  announce(): BuildTurn {
    let isExpected = true;
    this.#expected++;
    const leave = (): void => {
      if (!isExpected) return;
      isExpected = false;
      this.#expected--;
      this.#meetIfComplete();
    };
    return {
      run: async (work) => {
        await this.#take();
        try {
          return await work();
        } finally {
          this.#giveBack();
          leave();
        }
      },
      meet: async (work) => {
        this.#giveBack();
        try {
          if (isExpected) {
            isExpected = false;
            await this.#meet();
          }
          return await work();
        } finally {
          await this.#take();
        }
      },
      leave,
    };
  }

  async #take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#freeAgain.push(resolve));
  }

  #giveBack(): void {
    const next = this.#freeAgain.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  #meet(): Promise<void> {
    return new Promise((resolve) => {
      this.#meeting.push(resolve);
      this.#meetIfComplete();
    });
  }

  #meetIfComplete(): void {
    if (this.#meeting.length < this.#expected) return;
    this.#expected -= this.#meeting.length;
    for (const resolve of this.#meeting.splice(0)) resolve();
  }
}

/** The turn of one build. */
export interface BuildTurn {
  /** Waits for a free place, works, and leaves. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** During `run`: waits until all that was announced meets here or has left, then works; does not take a place meanwhile. */
  meet<T>(work: () => Promise<T>): Promise<T>;
  /** From now on, nothing waits for this build. */
  leave(): void;
}
