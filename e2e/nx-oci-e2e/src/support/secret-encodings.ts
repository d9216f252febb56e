/**
 * The encodings of a secret: as it is, percent-encoded, and inside of a base64 text, at any offset.
 *
 * Base64 writes three bytes as four characters. At an offset of one or two bytes, the first and last characters also depend on
 * the text before and after; those are left out, and the rest appears in base64 whatever surrounds the secret.
 */
export function encodingsOf(secret: string): readonly string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + secret).toString('base64');
    const wholeGroups = Math.floor((offset + secret.length) / 3) * 4;
    return encoded.slice(offset === 0 ? 0 : 4, wholeGroups);
  });
  const forURLs = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([secret, encodeURIComponent(secret), ...inBase64, ...forURLs])];
}
