import { redact } from '../secrets/redact';

/** Shows text to the person at the terminal: the one way out for everything that is not a task's own result. */
export function print(text: string): void {
  console.log(redact(text));
}

/** The same beside what a task gives out, which other programs may read. */
export function printAside(text: string): void {
  console.error(redact(text));
}
