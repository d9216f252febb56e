// Everything that a terminal takes for an order: C0 and C1 but the line feed, and marks that turn the direction of text.
const ORDERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text that strangers had a hand in, made fit for a terminal or a page: lines stay, whatever else is not to be seen goes. */
export function plainText(text: string): string {
  return text.replace(ORDERS, (character) => (character === '\n' ? character : ''));
}

/** The same in one line. */
export function plainLine(text: string): string {
  return plainText(text.replace(/\s+/g, ' ')).trim();
}
