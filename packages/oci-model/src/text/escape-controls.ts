// JSON escapes neither C1 controls nor the marks that reverse the direction of a text.
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Control characters, and invisible ones with which a text looks like another, as `\u202e`.
 *
 * @param kept characters that stay, such as line ends.
 */
export function escapeControls(text: string, kept = ''): string {
  return text.replace(CONTROL_CHARACTERS, (control) => (kept.includes(control) ? control : escapeControl(control)));
}

function escapeControl(control: string): string {
  return Array.from({ length: control.length }, (_, index) => `\\u${control.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}
