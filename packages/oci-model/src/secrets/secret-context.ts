/*
 * The text around a match that is a secret, but could also be an ordinary word, a tag or part of a digest. Each function
 * reads only a few characters around it, so that its time does not depend on the length of the text.
 */

/** A part of a text. */
export interface TextSpan {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

// The longest word before a secret, its quotes and spaces.
const LOOK_BACK = 40;

const NAMED =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|auth(?:orization)?|credentials?|login)["'`]?\s{0,3}[:=]\s{0,3}["'`]?$|\b(?:basic|bearer)\s{1,3}$/i;

/** `password: latest`, `token=latest`, `Bearer latest`, `robot:latest@host`: such a value is always a secret. */
export function isNamedAsSecret({ text, start, length }: TextSpan): boolean {
  const before = text.slice(Math.max(0, start - LOOK_BACK), start);
  const after = text.slice(start + length, start + length + 12);
  if (/^[\p{L}\p{N}_]/u.test(after)) return false;
  return NAMED.test(before) || (before.endsWith(':') && /^@(?!sha\d+:)/.test(after));
}

/** Whether it is not part of a longer word, path, host or version. */
export function standsAlone({ text, start, length }: TextSpan): boolean {
  return (
    !/[\p{L}\p{N}_./-]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^(?:[\p{L}\p{N}_/-]|\.\w)/u.test(text.slice(start + length, start + length + 2))
  );
}

/** Of a digest or commit, short forms included. */
const HASH_LENGTHS = { shortest: 12, longest: 128 };

/** A secret of so many digits inside a digest is no coincidence. */
const IDENTIFYING_DIGITS = 16;

/** Whether it is part of a digest or a commit, whose digits are random. */
export function isPartOfHash({ text, start, length }: TextSpan): boolean {
  if (length >= IDENTIFYING_DIGITS || !/^[0-9a-f]+$/.test(text.slice(start, start + length))) return false;
  const before = /[0-9a-f]*$/.exec(text.slice(Math.max(0, start - HASH_LENGTHS.longest), start))?.[0].length ?? 0;
  const after = /^[0-9a-f]*/.exec(text.slice(start + length, start + length + HASH_LENGTHS.longest))?.[0].length ?? 0;
  const whole = before + length + after;
  return whole > length && whole >= HASH_LENGTHS.shortest && whole <= HASH_LENGTHS.longest;
}
