/** The message for an empty name. */
export const EMPTY_TEXT = 'it is empty; is its variable set?';

/**
 * Why a value is not text, and what to write instead. A number is never accepted as part of a name, since it does not preserve
 * how it was written; numbers from the command line were already converted back (`executors/restore-texts`).
 */
export function describeNotText(value: unknown): string {
  if (typeof value === 'number') return `${describeNumber(value)}: ${IN_QUOTES}`;
  return typeof value === 'boolean' ? `it is ${value}, not text: write --name=text` : 'write a text';
}

export function describeNumber(value: number): string {
  return `it is the number ${value}, which may have been written differently (1.10 is read as 1.1, 2.0 as 2)`;
}

/**
 * The fix for a number or another value that should be text. Does not repeat the number, which may differ from the written one.
 */
export const IN_QUOTES = 'write it in quotes';

/** A question mark already ends a sentence. */
export function endSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}
