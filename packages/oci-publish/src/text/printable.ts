import { redact } from '../secrets/redact';

// Colours of ours, and all else that a terminal obeys.
const STYLES_AND_CONTROLS = new RegExp(String.raw`(${'\u001b'}\[[\d;]*m|[\n\t])|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`, 'gu');

/**
 * Text of ours as it may reach a terminal: without secrets, and without anything that a terminal obeys but colours, whatever the
 * names in it (of projects, targets, files, tags) hold. In front of every way to a terminal.
 */
export function printable(text: string): string {
  return redact(text).replace(STYLES_AND_CONTROLS, (_all, kept: string | undefined) => kept ?? '');
}
