import { createHash } from 'node:crypto';

/** distribution-spec 1.1, "Pulling manifests": a tag has at most 128 characters and starts with a letter, a digit or `_`. */
export const LONGEST_TAG = 128;

const TAG = /^\w[\w.-]{0,127}$/;
const HASH_LENGTH = 8;

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether every character is allowed in a tag, though perhaps not at its start. */
export function hasTagCharacters(text: string): boolean {
  return /^[\w.-]*$/.test(text);
}

/**
 * A name with the characters of tags: all others become `-`.
 *
 * `feat/new login` → `feat-new-login`. Empty for a name without a letter or digit.
 */
export function slug(name: string): string {
  // The lookbehind tries each row of dashes only once: otherwise a text with thousands of them takes minutes.
  return name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|(?<![.-])[.-]+$/g, '');
}

/** A version with those characters. Tags have no `+`: build metadata is written as in Helm. */
export function slugVersion(version: string): string {
  return version.replaceAll('+', '_');
}

/**
 * The tag of a prefix, a text and a suffix; `undefined` if the text is empty.
 *
 * The end of a text that is too long is replaced by a hash of the whole text, so that two long branch names with the same
 * beginning never share a tag.
 */
export function fitTag(prefix: string, text: string, suffix: string): string | undefined {
  const whole = (prefix + text + suffix).replace(/^[.-]+/, '');
  if (text === '' || whole === '') return undefined;
  if (whole.length <= LONGEST_TAG) return whole;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  const room = LONGEST_TAG - prefix.length - suffix.length - hash.length - 1;
  if (room < 1) return undefined;
  return (prefix + text.slice(0, room) + `-${hash}` + suffix).replace(/^[.-]+/, '');
}
