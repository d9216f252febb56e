import { printable, printableLines } from './printable';
import { screenOf, type Screen } from './screen';

/** Prints text for the user, laid out for the terminal. Used for everything that is not a task's own result. */
export function print(text: string): void {
  printOn(ownScreen())(text);
}

/** The same for another screen than this process has of its own, which shows what it prints. */
export function printOn(screen: Screen): (text: string) => void {
  return (text) => console.log(printable(text, screen));
}

/** Prints what other programs wrote or will read, such as JSON, in lines of any length. */
export function printLines(text: string): void {
  printLinesOn(ownScreen())(text);
}

export function printLinesOn(screen: Screen): (text: string) => void {
  return (text) => console.log(printableLines(text, screen));
}

/** Prints text on stderr, if other programs may read the output of a task. */
export function printAside(text: string): void {
  console.error(printable(text, screenOf(process.stderr, process.env)));
}

function ownScreen(): Screen {
  return screenOf(process.stdout, process.env);
}
