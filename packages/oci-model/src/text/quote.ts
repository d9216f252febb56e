import { escapeControls } from './escape-controls';
import { hideLogin } from '../secrets/hide-login';
import { knownSecrets } from '../secrets/known-secrets';

/** Longest part of a foreign text that a message shows, in characters. */
const SHOWN_LENGTH = 150;

/** Foreign text for a message: in quotes, without secrets, truncated, control characters escaped. */
export function quote(text: string): string {
  // Before truncation: half of a secret is still a secret.
  const shown = hideLogin(knownSecrets().redactForeign(text));
  return escapeControls(JSON.stringify(shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH)}…` : shown));
}
