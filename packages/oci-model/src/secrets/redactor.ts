import { encodeSecret } from './encode-secret';
import { decodeDisguises } from './decode-disguises';
import { redactPatterns } from './redact-patterns';
import { SecretNames } from './secret-names';
import { isNamedAsSecret, isPartOfHash, type TextSpan, standsAlone } from './secret-context';
import { TextIndex } from './text-index';

/** Replaces a secret. */
export const HIDDEN = '[hidden]';

/** A shorter secret may be an ordinary word, or part of one. */
export const MIN_CERTAIN_LENGTH = 8;

/** Shorter secrets are not hidden: with `a1` as a password, half of every message would be. */
export const MIN_SECRET_LENGTH = 4;

// Letters alone may be an ordinary word: `postgres` as a password must not hide `docker.io/library/postgres`.
const WORD = /^\p{L}{1,11}$/u;

// Likewise `00000000` or `20261130` must not hide digests and dates that we write ourselves.
const NUMBER = /^(?:\p{N}{1,11}|(.)\1*)$/u;

/**
 * Where a text comes from, which decides how much is hidden:
 *
 * - `foreign`: of a registry or a tool, which may echo our secrets. Everything that could be a secret is hidden.
 * - `ours`: our own sentences. A secret that could be an ordinary word is hidden only where it is named as a secret.
 * - `data`: values for programs. Nothing is hidden that could be anything but a secret.
 * - `name`: tags, repositories and labels, which are public. As `data`.
 * - `decoded`: decoded from a foreign text, so it may be anything.
 */
type Origin = 'foreign' | 'ours' | 'data' | 'name' | 'decoded';

/** Knows secrets, and hides them in texts, in all their encodings. */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** `user:password` that could also be the name and the tag of an image. */
  readonly #weakLogins = new Set<string>();
  readonly #names = new SecretNames(MIN_CERTAIN_LENGTH, isCertain);
  readonly #forms = new TextIndex(MIN_SECRET_LENGTH);

  /** Registers a secret. One shorter than `MIN_SECRET_LENGTH` characters is ignored. */
  add(secret: string | undefined): void {
    if (secret !== undefined && this.#addForms(secret)) this.#names.add(secret);
  }

  /** Registers the password, and the `user:password` form of HTTP Basic. */
  addLogin({ username, password }: { readonly username: string; readonly password: string }): void {
    this.add(password);
    // Without a password, the user name alone is not a secret.
    if (password === '') return;
    const login = `${username}:${password}`;
    if (!isUnmistakable(fold(password))) this.#weakLogins.add(fold(login));
    this.#addForms(login);
  }

  /** For our own texts: hides known secrets, and what is recognisable as a secret. */
  redact(text: string): string {
    return redactPatterns(this.#replace(text, 'ours'));
  }

  /** For a text of a registry, a tool or a file: also hides what may be a secret or an ordinary word. */
  redactForeign(text: string): string {
    return redactPatterns(this.#replace(text, 'foreign'));
  }

  /**
   * For values that programs read: hides secrets in all strings, keys included. A secret that could be an ordinary word
   * is kept, since in data it is that word.
   */
  redactData<T>(value: T): T {
    return this.#redactValue(value) as T;
  }

  /** Whether the whole text is a known secret, even if it is an ordinary word. */
  has(text: string): boolean {
    return this.#secrets.has(text);
  }

  /** Whether a name (tag, repository, label) contains a secret, even if some of its characters were replaced or cut off. */
  isInName(name: string): boolean {
    return this.#replace(name, 'name') !== name || this.#names.isInName(name);
  }

  /** Whether a foreign text contains a disguised secret: encoded twice, cut into pieces, backwards. */
  isEncodedIn(text: string): boolean {
    if (this.#secrets.size === 0) return false;
    return decodeDisguises(text).some((plain) => this.#replace(plain, 'decoded') !== plain || this.#names.isInName(plain));
  }

  /** @returns whether the secret is new and long enough. */
  #addForms(secret: string): boolean {
    if (secret.length < MIN_SECRET_LENGTH || HIDDEN.includes(secret) || this.#secrets.has(secret)) return false;
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

  /** Where the secret at `start` ends, together with those that overlap it; `start` if there is none. */
  #endOfSecret(text: string, start: number, origin: Origin): number {
    let end = this.#endOfForm(text, start, origin);
    for (let inside = start + 1; inside < end; inside++) end = Math.max(end, this.#endOfForm(text, inside, origin));
    return end;
  }

  #endOfForm(text: string, start: number, origin: Origin): number {
    return start + this.#forms.findAt(text, start, (form) => this.#isSecretAt({ text, start, length: form.length }, form, origin)).length;
  }

  #isSecretAt(span: TextSpan, form: string, origin: Origin): boolean {
    if (this.#weakLogins.has(form)) return (origin === 'ours' || origin === 'foreign') && standsAlone(span);
    if (origin === 'foreign') return isCertain(form) || standsAlone(span);
    if (origin === 'decoded') return isCertain(form);
    if (isPartOfHash(span)) return false;
    if (origin === 'name') return isCertain(form);
    return isUnmistakable(form) || (origin === 'ours' && isNamedAsSecret(span));
  }
}

/** Hosts and repository names lose their capitals. Keeps the length of the text, unlike `toLowerCase`. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** Of a short secret, only the forms that are long enough to be unambiguous. */
function isForm(form: string, secret: string): boolean {
  return form.length >= MIN_CERTAIN_LENGTH || (form.length >= MIN_SECRET_LENGTH && form === secret.trim());
}

function isCertain(form: string): boolean {
  return form.length >= MIN_CERTAIN_LENGTH && !WORD.test(form);
}

function isUnmistakable(form: string): boolean {
  return isCertain(form) && !NUMBER.test(form);
}
