const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]*?)-----END \1-----/g;

/** Whether a text is a certificate or a key itself, and not the path of a file that holds it. */
export function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN ');
}

/**
 * A PEM as OpenSSL reads it. CI systems keep it in variables that have no lines: with `\\n` in their place, or a space.
 */
export function normalizePem(text: string): string {
  const lined = text
    .replaceAll('\\r\\n', '\n')
    .replace(/\\[rn]/g, '\n')
    .replace(/\r\n?/g, '\n');
  const blocks = [...lined.matchAll(BLOCK)].map(([, label = '', body = '']) => formatBlock(label, body));
  return blocks.length === 0 ? `${lined.trim()}\n` : `${blocks.join('\n')}\n`;
}

function formatBlock(label: string, body: string): string {
  // The headers of an encrypted key need their lines.
  const lines = body.includes(':') ? body.trim() : body.replace(/\s+/g, '').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----`;
}
