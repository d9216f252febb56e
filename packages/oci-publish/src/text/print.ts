import { printable } from './printable';

/** Prints text for the user. Used for everything that is not a task's own result. */
export function print(text: string): void {
  console.log(printable(text));
}

/** The same on stderr, if other programs may read the output of a task. */
export function printAside(text: string): void {
  console.error(printable(text));
}
