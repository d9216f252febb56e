/** More entries of one list are no help to people, and a hostile config has hundreds of thousands. */
export const MAX_ENTRIES = 1000;

/** Cuts the lists of one image, and counts what is left out. */
export class EntryLimit {
  #omitted = 0;

  get omitted(): number {
    return this.#omitted;
  }

  cut<Entry>(all: readonly Entry[]): readonly Entry[] {
    this.#omitted += Math.max(0, all.length - MAX_ENTRIES);
    return all.slice(0, MAX_ENTRIES);
  }
}
