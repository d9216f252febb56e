import { redact } from '../secrets/redact';
import { layOut } from './lay-out';
import { screenOf, type Screen } from './screen';
import { withoutStyles } from './styled-text';

// Our colours and the marks of our tables, and all other control characters of terminals.
const MARKS_AND_CONTROLS = new RegExp(String.raw`(${'\u001b'}\[[\d;]*m|[\n\t\u001e\u001f])|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`, 'gu');

/**
 * Text that is safe for a terminal and laid out for it: without secrets, and without control characters except for colours, even if
 * a name in it (of a project, target, file or tag) contains some. All output to a terminal passes through this.
 *
 * @param screen by default what this process prints to.
 */
export function printable(text: string, screen: Screen = screenOf(process.stdout, process.env)): string {
  const laidOut = layOut(withoutControls(text), screen.columns);
  return screen.hasColor ? laidOut : withoutStyles(laidOut);
}

/** The same for the output of other programs: safe, line by line as it was written. */
export function printableLines(text: string, { hasColor }: Screen = screenOf(process.stdout, process.env)): string {
  return printable(text, { hasColor });
}

function withoutControls(text: string): string {
  return redact(text).replace(MARKS_AND_CONTROLS, (_all, kept: string | undefined) => kept ?? '');
}
