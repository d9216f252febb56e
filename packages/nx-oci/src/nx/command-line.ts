/** The text of a value that Nx converted to a number; `undefined` if none of the texts gives that value. */
export function restoreText(value: unknown, texts: readonly string[]): unknown {
  const { length, [length - 1]: last } = texts;
  if (typeof value === 'number') return length === 1 && last !== undefined && isTextOf(last, value) ? unquote(last) : undefined;
  if (!Array.isArray(value) || !value.some((item) => typeof item === 'number')) return undefined;
  // Nx splits a single text at its commas; several texts are items unchanged.
  const items = length === 1 ? (last ?? '').split(',') : texts;
  const fits = items.length === value.length && items.every((item, index) => isTextOf(item, value[index]));
  return fits ? items.map(unquote) : undefined;
}

function isTextOf(text: string, value: unknown): boolean {
  return unquote(text) === value || (typeof value === 'number' && Number(unquote(text)) === value);
}

/** Like Nx's own parser of the command line. */
function unquote(text: string): string {
  return /^"[^]*"$|^'[^]*'$/.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

/** The texts of a command line by option, in their order: `buildArgs.A`, `dryRun` for `--dry-run`. */
export function readCommandLine(line: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (let index = 0; index < line.length && line[index] !== '--'; index++) {
    const [, name, text] = /^--([^=]+)(?:=([^]*))?$/.exec(line[index] ?? '') ?? [];
    if (name === undefined) continue;
    const value = text ?? line[index + 1];
    // Without a value it is a boolean.
    if (value === undefined || (text === undefined && /^-\D/.test(value))) continue;
    const key = toCamelCase(name);
    texts.set(key, [...(texts.get(key) ?? []), value]);
  }
  return texts;
}

/** `dry-run` is the option `dryRun`. */
function toCamelCase(name: string): string {
  return name.replace(/(?<=.)-(.)/g, (_, letter: string) => letter.toUpperCase());
}
