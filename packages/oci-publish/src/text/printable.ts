import { redact } from '../secrets/redact';

// Our colours, and all other control sequences of terminals.
const STYLES_AND_CONTROLS = new RegExp(String.raw`(${'\u001b'}\[[\d;]*m|[\n\t])|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`, 'gu');

/**
 * Text that is safe for a terminal: without secrets, and without control characters except for colours, even if a name in it (of a
 * project, target, file or tag) contains some. All output to a terminal passes through this.
 */
export function printable(text: string): string {
  return redact(text).replace(STYLES_AND_CONTROLS, (_all, kept: string | undefined) => kept ?? '');
}
