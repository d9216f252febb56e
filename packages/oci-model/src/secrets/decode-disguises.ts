// More levels of encoding do not happen by accident, and each one costs time.
const MAX_DEPTH = 3;

/**
 * All texts that may be hidden in this one: unescaped (repeatedly), without separators, decoded from base64 and
 * hexadecimal, and each of these backwards. For short texts: time and memory are a multiple of the length.
 */
export function decodeDisguises(text: string): readonly string[] {
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

/** Decodes each part that may be base64 or hexadecimal, without line breaks and separators. */
function decodeRuns(text: string): readonly string[] {
  const words = text.match(/[\w+/-]{8,}/g) ?? [];
  const joined = text.replace(/[\s\p{Cf}]+/gu, '').match(/[\w+/-]{16,}/g) ?? [];
  const digits = text.match(/(?:[0-9a-f]{2}[\s:.,-]?){8,}/gi) ?? [];
  return [
    // Node's `base64` accepts both alphabets.
    ...[...words, ...joined].map((run) => Buffer.from(run, 'base64').toString('utf8')),
    ...digits.map((run) => Buffer.from(run.replace(/[^0-9a-f]/gi, ''), 'hex').toString('utf8')),
  ];
}
