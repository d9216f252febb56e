/** Said of a text that has to name something. */
export const EMPTY_TEXT = 'it is empty; is its variable set?';

/**
 * Why a value is no text, and what to write instead. A number is never text where a name is built from it: it does not keep how it
 * was written. Those of the command line are texts again by the time that they are read (`executors/restore-texts`).
 */
export function describeNotText(value: unknown): string {
  if (typeof value === 'number') return `${describeNumber(value)}: ${IN_QUOTES}`;
  return typeof value === 'boolean' ? `it is ${value}, not text: write --name=text` : 'write a text';
}

export function describeNumber(value: number): string {
  return `it is the number ${value}, which may have been written differently (1.10 is read as 1.1, 2.0 as 2)`;
}

/** The fix for a number or another value that should be text. It repeats no number: the one that was read may not be the one that was written. */
export const IN_QUOTES = 'write it in quotes';

/** A question ends already. */
export function endSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}
