import { hideLogin } from '../secrets/hide-login';
import { knownSecrets } from '../secrets/known-secrets';

/** Longest piece of foreign text that a message repeats. */
const SHOWN_LENGTH = 150;

// JSON leaves the controls of C1 as they are, and the marks that turn the direction of a text around.
const ORDERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Foreign text for a message: in quotes, without secrets, cut, and escaped what a terminal would obey. */
export function quote(text: string): string {
  // Before it is cut: half of a secret is still a secret.
  const shown = hideLogin(knownSecrets().redactForeign(text));
  return JSON.stringify(shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH)}…` : shown).replace(ORDERS, escapeOrder);
}

function escapeOrder(order: string): string {
  return Array.from({ length: order.length }, (_, place) => `\\u${order.charCodeAt(place).toString(16).padStart(4, '0')}`).join('');
}
