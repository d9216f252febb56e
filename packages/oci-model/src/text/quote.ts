import { hideLogin } from '../secrets/hide-login';
import { knownSecrets } from '../secrets/known-secrets';

/** Longest part of a foreign text that a message shows, in characters. */
const SHOWN_LENGTH = 150;

// JSON escapes neither C1 controls nor the marks that reverse the direction of a text.
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Foreign text for a message: in quotes, without secrets, truncated, control characters escaped. */
export function quote(text: string): string {
  // Before truncation: half of a secret is still a secret.
  const shown = hideLogin(knownSecrets().redactForeign(text));
  return JSON.stringify(shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH)}…` : shown).replace(
    CONTROL_CHARACTERS,
    escapeControl,
  );
}

function escapeControl(control: string): string {
  return Array.from({ length: control.length }, (_, index) => `\\u${control.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}
