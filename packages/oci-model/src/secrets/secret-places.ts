/*
 * Where a text stands that is a secret, and may as well be an ordinary word, tag or part of a digest. Each looks at a few
 * characters around it, so that it takes the same time in a text of any length.
 */

/** A piece of a text, by where it begins. */
export interface Place {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

// The longest word before a secret, its quotes and spaces.
const LOOK_BACK = 40;

const NAMED =
  /(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|auth(?:orization)?|credentials?|login)["'`]?\s{0,3}[:=]\s{0,3}["'`]?$|\b(?:basic|bearer)\s{1,3}$/i;

/** `password: latest`, `token=latest`, `Bearer latest`, `robot:latest@host`: nothing but a secret stands there. */
export function isNamedAsSecret({ text, start, length }: Place): boolean {
  const before = text.slice(Math.max(0, start - LOOK_BACK), start);
  const after = text.slice(start + length, start + length + 12);
  if (/^[\p{L}\p{N}_]/u.test(after)) return false;
  return NAMED.test(before) || (before.endsWith(':') && /^@(?!sha\d+:)/.test(after));
}

/** Neither part of a longer word nor of a path, host or version. */
export function standsAlone({ text, start, length }: Place): boolean {
  return (
    !/[\p{L}\p{N}_./-]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^(?:[\p{L}\p{N}_/-]|\.\w)/u.test(text.slice(start + length, start + length + 2))
  );
}

/** A digest or commit, or the short form of one. */
const HASH_LENGTHS = { shortest: 12, longest: 128 };

/** So many digits of a digest that are a secret are no accident. */
const TELLING_DIGITS = 16;

/** Part of a digest or of a commit: its digits come as they come. */
export function isPartOfHash({ text, start, length }: Place): boolean {
  if (length >= TELLING_DIGITS || !/^[0-9a-f]+$/.test(text.slice(start, start + length))) return false;
  const before = /[0-9a-f]*$/.exec(text.slice(Math.max(0, start - HASH_LENGTHS.longest), start))?.[0].length ?? 0;
  const after = /^[0-9a-f]*/.exec(text.slice(start + length, start + length + HASH_LENGTHS.longest))?.[0].length ?? 0;
  const whole = before + length + after;
  return whole > length && whole >= HASH_LENGTHS.shortest && whole <= HASH_LENGTHS.longest;
}
