import { hideLogin, knownSecrets } from '@nx-oci/model';

const SHOWN_LENGTH = 120;

/** A value of the file for a message: on one line, truncated, and without a secret. */
export function showValue(text: string): string {
  const line = hideLogin(knownSecrets().redactForeign(text)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line;
}
