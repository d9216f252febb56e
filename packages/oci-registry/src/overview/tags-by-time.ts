import { parseTagRecord, type TagRecord } from '../repositories/tag-records';

/** A tag, its digest, and when it was set. */
export interface TimedTag extends TagRecord {
  readonly tag: string;
}

/** The tags of one repository, sorted once for many pages. */
export class TagsByTime {
  readonly #records: Map<string, TagRecord>;
  #sorted: readonly TimedTag[] | undefined;

  constructor(records = new Map<string, TagRecord>()) {
    this.#records = records;
  }

  get size(): number {
    return this.#records.size;
  }

  /** The newest first; of the same time, by name backwards, so that `v10` precedes `v09`. */
  sorted(): readonly TimedTag[] {
    return (this.#sorted ??= [...this.#records].map(([tag, record]) => ({ tag, ...record })).sort(compareTags));
  }

  set(tag: string, text: string): void {
    this.#sorted = undefined;
    this.#records.set(tag, parseTagRecord(text));
  }

  delete(tag: string): void {
    this.#sorted = undefined;
    this.#records.delete(tag);
  }
}

// ISO times are compared as texts: `localeCompare` would take a second for 100,000 tags.
function compareTags(one: TimedTag, other: TimedTag): number {
  if (one.setAt !== other.setAt) return one.setAt < other.setAt ? 1 : -1;
  return one.tag < other.tag ? 1 : -1;
}
