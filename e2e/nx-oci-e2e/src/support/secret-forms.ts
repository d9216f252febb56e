/**
 * A secret as it may be written down: as it is, percent-encoded, or inside of something in base64, wherever in it it begins.
 *
 * Base64 writes three bytes as four characters. A text that begins one or two bytes later shares characters with what
 * stands before and after it; those are left out, and what is left stands in every encoding of every surrounding.
 */
export function formsOf(secret: string): readonly string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + secret).toString('base64');
    const wholeGroups = Math.floor((offset + secret.length) / 3) * 4;
    return encoded.slice(offset === 0 ? 0 : 4, wholeGroups);
  });
  const forURLs = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([secret, encodeURIComponent(secret), ...inBase64, ...forURLs])];
}
