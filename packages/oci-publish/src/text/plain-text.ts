// All terminal control characters: C0 and C1 except the line feed, and marks that change the direction of text.
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** External text, made safe for a terminal or a page: line breaks stay, other invisible characters are escaped. */
export function plainText(text: string): string {
  return text.replace(CONTROL_CHARACTERS, (character) => (character === '\n' ? character : ''));
}

/** Equivalent JSON without control characters for a terminal. */
export function escapeControls(json: string): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replace(CONTROL_CHARACTERS, (character) => (character === '\n' ? character : character.replace(/[\s\S]/g, escape)));
}

/** The same in one line. */
export function plainLine(text: string): string {
  return plainText(text.replace(/\s+/g, ' ')).trim();
}
