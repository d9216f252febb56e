/** Finds any of many texts at a position of another text, as fast for thousands of them as for one. */
export class TextIndex {
  /** By their first characters; lengths in descending order. */
  readonly #buckets = new Map<string, { readonly texts: Set<string>; lengths: readonly number[] }>();
  readonly #firstUnits = new Set<number>();

  /** @param keyLength the minimum length of all texts. */
  constructor(private readonly keyLength: number) {}

  add(text: string): void {
    const key = text.slice(0, this.keyLength);
    const bucket = this.#buckets.get(key) ?? { texts: new Set(), lengths: [] };
    bucket.texts.add(text);
    if (!bucket.lengths.includes(text.length)) bucket.lengths = [...bucket.lengths, text.length].sort((one, other) => other - one);
    this.#buckets.set(key, bucket);
    this.#firstUnits.add(text.charCodeAt(0));
  }

  /** The longest accepted text at `start`; `''` if there is none. */
  findAt(text: string, start: number, accepts: (found: string) => boolean): string {
    if (!this.#firstUnits.has(text.charCodeAt(start))) return '';
    const bucket = this.#buckets.get(text.slice(start, start + this.keyLength));
    for (const length of bucket?.lengths ?? []) {
      const candidate = text.slice(start, start + length);
      if (bucket?.texts.has(candidate) === true && accepts(candidate)) return candidate;
    }
    return '';
  }
}
