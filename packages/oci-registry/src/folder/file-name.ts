// Device names of Windows, with or without an extension.
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/**
 * A file name for a tag or digest that is valid and unique on every file system, even if it ignores case.
 *
 * Capitals become lower case and are encoded after a `+` as the bits of a hexadecimal number (`Latest` is `latest+1.json`);
 * a colon becomes `=`. Tags and digests contain neither character, so the reverse is unambiguous.
 * At most 170 characters, for a tag of 128 capitals.
 */
export function toFileName(key: string): string {
  const small = key.toLowerCase().replaceAll(':', '=');
  const capitals = Array.from(key).reduce(
    (bits, character, position) => (/[A-Z]/.test(character) ? bits | (1n << BigInt(position)) : bits),
    0n,
  );
  const name = capitals === 0n ? small : `${small}+${capitals.toString(16)}`;
  return `${DEVICE_NAME.test(name) ? '=' : ''}${name}.json`;
}

/** The reverse of `toFileName`; `undefined` for other file names. */
export function fromFileName(fileName: string): string | undefined {
  const [, small, capitals = '0'] = /^=?([a-z0-9._=-]+?)(?:\+([0-9a-f]+))?\.json$/.exec(fileName) ?? [];
  if (small === undefined) return undefined;
  const bits = BigInt(`0x${capitals}`);
  return Array.from(small.replaceAll('=', ':'), (character, position) =>
    (bits >> BigInt(position)) & 1n ? character.toUpperCase() : character,
  ).join('');
}
