/**
 * What Ctrl-C and Nx' own end of a run do to a publish or a copy: they stop it at once, and no tag moves. From the moment that tags
 * move they are ignored: setting the last of them takes less time than repairing tags that are half set.
 */
export class Interruption {
  readonly #abort = new AbortController();
  #isPast = false;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  readonly stop = (): void => {
    if (!this.#isPast) this.#abort.abort();
  };

  readonly passPointOfNoReturn = (): void => {
    this.#isPast = true;
  };
}
