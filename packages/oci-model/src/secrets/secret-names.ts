import { TextIndex } from './text-index';

// So many characters of a secret in a name are no coincidence.
const IDENTIFYING_LENGTH = 16;

/** Finds secrets in names, which may have lost capitals, punctuation and their ends. */
export class SecretNames {
  readonly #parts: TextIndex;

  /** @param isCertain whether a text is certainly no ordinary word; such texts have at least `shortest` characters. */
  constructor(
    shortest: number,
    private readonly isCertain: (text: string) => boolean,
  ) {
    this.#parts = new TextIndex(shortest);
  }

  add(secret: string): void {
    const plain = plainName(secret);
    if (!this.isCertain(plain)) return;
    for (let start = 0; start + IDENTIFYING_LENGTH <= plain.length; start++)
      this.#parts.add(plain.slice(start, start + IDENTIFYING_LENGTH));
    if (plain.length < IDENTIFYING_LENGTH) this.#parts.add(plain);
  }

  isInName(name: string): boolean {
    const plain = plainName(name);
    for (let start = 0; start < plain.length; start++) if (this.#parts.findAt(plain, start, () => true) !== '') return true;
    return false;
  }
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
