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
 * A name in the letters that tags know: what they do not know becomes `-`, and stays as it is written otherwise.
 *
 * `feat/new login` → `feat-new-login`. Nothing is left of a name that has no letter or digit.
 */
export function slug(name: string): string {
  // Behind the last of a row of dashes alone: from each of them to the end takes minutes where a message holds a ruler.
  return name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|(?<![.-])[.-]+$/g, '');
}

/** A version in those letters. Tags know no `+`; Helm's way of writing build metadata is the usual one. */
export function slugVersion(version: string): string {
  return version.replaceAll('+', '_');
}

/**
 * The tag that a prefix, a text and a suffix make, `undefined` if nothing is left of it.
 *
 * Of a text that is too long the end is cut off and replaced by a hash of all of it, so that two long branches whose names
 * start alike never share a tag.
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
