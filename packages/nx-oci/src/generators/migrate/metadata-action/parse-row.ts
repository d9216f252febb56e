/** The attributes of a row of `tags` or `flavor`; a value without a name, such as the `my` of `type=raw,my`, is its `value`. */
export type Row = Readonly<Record<string, string>>;

/**
 * The rows of a multi-line input of docker/metadata-action: comma-separated values, in which quotes protect commas. Empty lines and
 * comments are left out, also a comment after a row.
 *
 * @see https://github.com/docker/metadata-action#tags-input
 */
export function parseRows(input: string): readonly Row[] {
  return input
    .split('\n')
    .map((line) => line.replace(/^((?:"[^"]*"|[^"])*?)\s#.*$/, '$1').trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseRow);
}

function parseRow(line: string): Row {
  const fields = splitFields(line).map((field): readonly [string, string] => {
    const [, name, value = ''] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(field) ?? [];
    return name === undefined ? ['value', field.trim()] : [name.toLowerCase(), value.trim()];
  });
  return Object.fromEntries(fields);
}

/** Splits at commas outside of quotes and of `{{ … }}`. */
function splitFields(line: string): readonly string[] {
  const fields = [...line.matchAll(/(?:^|,)((?:"(?:[^"]|"")*"|\$?\{\{.*?\}\}|[^,"])*)/g)];
  return fields.map(([, field = '']) =>
    field
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}
