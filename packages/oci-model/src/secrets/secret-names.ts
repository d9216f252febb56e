import { TextIndex } from './text-index';

// So much of a secret in a name is no accident.
const TELLING_LENGTH = 16;

/** Finds secrets in names, where capitals, punctuation and ends may be lost. */
export class SecretNames {
  readonly #parts: TextIndex;

  /** @param isCertain whether a text is no ordinary word; all that are have `shortest` characters at least. */
  constructor(
    shortest: number,
    private readonly isCertain: (text: string) => boolean,
  ) {
    this.#parts = new TextIndex(shortest);
  }

  add(secret: string): void {
    const plain = plainName(secret);
    if (!this.isCertain(plain)) return;
    for (let start = 0; start + TELLING_LENGTH <= plain.length; start++) this.#parts.add(plain.slice(start, start + TELLING_LENGTH));
    if (plain.length < TELLING_LENGTH) this.#parts.add(plain);
  }

  isIn(name: string): boolean {
    const plain = plainName(name);
    for (let start = 0; start < plain.length; start++) if (this.#parts.findAt(plain, start, () => true) !== '') return true;
    return false;
  }
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
