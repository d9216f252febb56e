import { encodeSecret } from './encode-secret';
import { undisguise } from './undisguise';
import { redactPatterns } from './redact-patterns';
import { SecretNames } from './secret-names';
import { isNamedAsSecret, isPartOfHash, type Place, standsAlone } from './secret-places';
import { TextIndex } from './text-index';

/** What stands in place of a secret. */
export const HIDDEN = '[hidden]';

/** A shorter secret may be an ordinary word, or part of one. */
export const CERTAIN_LENGTH = 8;

/** A shorter secret is not looked for: `a1` as a password would hide half of every message. */
export const SHORTEST_SECRET = 4;

// Letters alone may well be a word: `postgres` as a password must not hide `docker.io/library/postgres`.
const WORD = /^\p{L}{1,11}$/u;

// Nor must `00000000` or `20261130` hide digests and dates that we write ourselves.
const NUMBER = /^(?:\p{N}{1,11}|(.)\1*)$/u;

/**
 * Whose text it is. A stranger's may hold our secrets, so that all is hidden that could be one. In ours a word is that word: of
 * secrets that could be one, only what is named as a secret. In data nothing is hidden that could be anything else; names are data
 * that everybody can read; what is decoded of a stranger's text may be anything.
 */
type Origin = 'stranger' | 'ours' | 'data' | 'name' | 'decoded';

/** Knows secrets, and takes them out of texts, in whichever encoding they stand there. */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** `user:password` where that could be the name and the tag of an image. */
  readonly #weakLogins = new Set<string>();
  readonly #names = new SecretNames(CERTAIN_LENGTH, isCertain);
  readonly #forms = new TextIndex(SHORTEST_SECRET);

  /** From now on this is a secret. Shorter than `SHORTEST_SECRET` characters it is not looked for. */
  add(secret: string | undefined): void {
    if (secret !== undefined && this.#addForms(secret)) this.#names.add(secret);
  }

  /** The password alone, and as HTTP Basic puts it together with the user's name. */
  addLogin({ username, password }: { readonly username: string; readonly password: string }): void {
    this.add(password);
    // A user's name is part of many names.
    if (password === '') return;
    const login = `${username}:${password}`;
    if (!isUnmistakable(fold(password))) this.#weakLogins.add(fold(login));
    this.#addForms(login);
  }

  /** A text of ours for people: without secrets, and without what looks like one to everybody. */
  redact(text: string): string {
    return redactPatterns(this.#replace(text, 'ours'));
  }

  /** The same for a text of a registry, a tool or a file: also without what may be a secret or an ordinary word. */
  redactForeign(text: string): string {
    return redactPatterns(this.#replace(text, 'stranger'));
  }

  /**
   * The same for values that programs read: in all texts of it, keys included. A secret that could be an ordinary word
   * is left in place, since it is one here.
   */
  redactData<T>(value: T): T {
    return this.#redactValue(value) as T;
  }

  /** Whether a text is a secret as a whole, be it an ordinary word. */
  has(text: string): boolean {
    return this.#secrets.has(text);
  }

  /** Whether a name (tag, repository, label) holds a secret, also if some of its characters were replaced or cut off. */
  isIn(name: string): boolean {
    return this.#replace(name, 'name') !== name || this.#names.isIn(name);
  }

  /** Whether a text of a stranger holds a secret that it does not show as such: encoded twice, cut into pieces, backwards. */
  isDisguisedIn(text: string): boolean {
    if (this.#secrets.size === 0) return false;
    return undisguise(text).some((plain) => this.#replace(plain, 'decoded') !== plain || this.#names.isIn(plain));
  }

  /** @returns whether it was not known, and is long enough. */
  #addForms(secret: string): boolean {
    if (secret.length < SHORTEST_SECRET || HIDDEN.includes(secret) || this.#secrets.has(secret)) return false;
    this.#secrets.add(secret);
    for (const form of encodeSecret(secret)) if (isForm(form, secret)) this.#forms.add(fold(form));
    return true;
  }

  #redactValue(value: unknown): unknown {
    if (typeof value === 'string') return redactPatterns(this.#replace(value, 'data'));
    if (Array.isArray(value)) return value.map((item) => this.#redactValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.#replace(key, 'data'), this.#redactValue(item)]));
  }

  #replace(text: string, origin: Origin): string {
    if (this.#secrets.size === 0) return text;
    const folded = fold(text);
    let redacted = '';
    let copied = 0;
    for (let start = 0; start < text.length; start++) {
      const end = this.#endOfSecret(folded, start, origin);
      if (end === start) continue;
      redacted += text.slice(copied, start) + HIDDEN;
      copied = end;
      start = end - 1;
    }
    return copied === 0 ? text : redacted + text.slice(copied);
  }

  /** Where the secret that starts here ends, together with those that start inside of it; `start` where there is none. */
  #endOfSecret(text: string, start: number, origin: Origin): number {
    let end = this.#endOfForm(text, start, origin);
    for (let inside = start + 1; inside < end; inside++) end = Math.max(end, this.#endOfForm(text, inside, origin));
    return end;
  }

  #endOfForm(text: string, start: number, origin: Origin): number {
    return start + this.#forms.findAt(text, start, (form) => this.#isSecretAt({ text, start, length: form.length }, form, origin)).length;
  }

  #isSecretAt(place: Place, form: string, origin: Origin): boolean {
    if (this.#weakLogins.has(form)) return (origin === 'ours' || origin === 'stranger') && standsAlone(place);
    if (origin === 'stranger') return isCertain(form) || standsAlone(place);
    if (origin === 'decoded') return isCertain(form);
    if (isPartOfHash(place)) return false;
    if (origin === 'name') return isCertain(form);
    return isUnmistakable(form) || (origin === 'ours' && isNamedAsSecret(place));
  }
}

/** Hosts, and names on registries, lose their capitals. Of the same length, unlike `toLowerCase`. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** Of a short secret only what is long enough to mean nothing else. */
function isForm(form: string, secret: string): boolean {
  return form.length >= CERTAIN_LENGTH || (form.length >= SHORTEST_SECRET && form === secret.trim());
}

function isCertain(form: string): boolean {
  return form.length >= CERTAIN_LENGTH && !WORD.test(form);
}

function isUnmistakable(form: string): boolean {
  return isCertain(form) && !NUMBER.test(form);
}
