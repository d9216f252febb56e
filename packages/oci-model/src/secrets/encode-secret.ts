/**
 * All forms in which servers and programs echo a secret: itself, in URLs, JSON, HTML, base64 and hexadecimal.
 * Letter case is ignored, since host names lose it.
 */
export function encodeSecret(secret: string): ReadonlySet<string> {
  const lines = secret.split(/[\r\n]+|\\[rn]/).map((line) => line.trim());
  const plain = [secret, secret.trim(), collapse(secret), ...lines.filter((line) => !line.startsWith('-----'))];
  return new Set(plain.flatMap((text) => [text, ...inUrls(text), ...inDocuments(text), ...inBytes(text)]));
}

/** The form in which we show texts from the wire: on one line, without control characters. */
function collapse(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function inUrls(text: string): readonly string[] {
  // A lone surrogate, which a URL cannot hold, throws.
  const component = encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
  const strict = component.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  return [component, strict, form];
}

function inDocuments(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[\u007f-\uffff]/g, escapeUnit);
  return [
    json,
    ascii,
    // Go's encoder, and PHP's.
    ascii.replace(/[<>&]/g, escapeUnit),
    json.replace(/[<>&]/g, escapeUnit),
    json.replaceAll('/', '\\/'),
    escapeHtml(text, { '"': '&quot;', "'": '&#39;' }),
    escapeHtml(text, { '"': '&#34;', "'": '&#39;' }),
    escapeHtml(text, { '"': '&quot;', "'": '&#x27;' }),
  ];
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function escapeHtml(text: string, quotes: Readonly<Record<string, string>>): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', ...quotes };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function inBytes(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const encoded = [0, 1, 2].flatMap((shift) => [toBase64(bytes, shift, 'base64'), toBase64(bytes, shift, 'base64url')]);
  // Node reads headers as Latin-1.
  return [bytes.toString('base64'), bytes.toString('base64url'), ...encoded, bytes.toString('hex'), bytes.toString('latin1')];
}

/** The base64 form of the bytes inside a longer text: the characters that contain no bit of the neighbouring bytes. */
function toBase64(bytes: Buffer, shift: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString(encoding)
    .replace(/=+$/, '');
  const isCut = (shift + bytes.length) % 3 !== 0;
  return text.slice(shift === 0 ? 0 : shift + 1, isCut ? -1 : undefined);
}
