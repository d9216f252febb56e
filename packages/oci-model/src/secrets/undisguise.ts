// Whoever encodes more often than that does not do so by accident, and each of them costs time.
const MAX_DEPTH = 3;

/**
 * What a text may stand for: without its escapes, as often as they were applied, without what separates, decoded from base64 and
 * hexadecimal, and each of these backwards. For short texts: it takes some of their lengths in time and memory.
 */
export function undisguise(text: string): readonly string[] {
  const found = new Set<string>();
  let layer: readonly string[] = [text];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const fresh = layer.filter((one) => !found.has(one));
    for (const one of fresh) found.add(one);
    layer = fresh.flatMap((one) => [unescapeAll(one), ...decodeRuns(one)]);
  }
  return [...found].flatMap((one) => [one, Array.from(one).reverse().join('')]);
}

const ESCAPES =
  /%([0-9a-f]{2})|=([0-9A-F]{2})|\\u\{?([0-9a-f]{4})\}?|\\x([0-9a-f]{2})|\\([0-3]?[0-7]{2})(?![0-9])|&#x([0-9a-f]{1,6});|&#(\d{1,7});/gi;

function unescapeAll(text: string): string {
  return text.replace(ESCAPES, (whole, ...groups: readonly (string | undefined)[]) => {
    const [percent, quoted, unit, byte, octal, hexEntity, entity] = groups;
    const hex = percent ?? quoted ?? unit ?? byte ?? hexEntity;
    const code = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : Number(entity);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Of each run that may be base64 or hexadecimal, lines and separators left out. */
function decodeRuns(text: string): readonly string[] {
  const words = text.match(/[\w+/-]{8,}/g) ?? [];
  const joined = text.replace(/[\s\p{Cf}]+/gu, '').match(/[\w+/-]{16,}/g) ?? [];
  const digits = text.match(/(?:[0-9a-f]{2}[\s:.,-]?){8,}/gi) ?? [];
  return [
    // `base64` of Node takes both alphabets.
    ...[...words, ...joined].map((run) => Buffer.from(run, 'base64').toString('utf8')),
    ...digits.map((run) => Buffer.from(run.replace(/[^0-9a-f]/gi, ''), 'hex').toString('utf8')),
  ];
}
