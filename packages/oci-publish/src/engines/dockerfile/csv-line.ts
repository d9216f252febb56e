/** One CSV line, as builders read it: a field with a comma or a quote must be quoted. */
export function csvLine(fields: readonly string[]): string {
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

/** The fields of such a line; `undefined` if a quote is not closed. */
export function csvFields(line: string): readonly string[] | undefined {
  if (!/^(?:(?:"(?:[^"]|"")*"|[^",]*)(?:,|$))*$/.test(line)) return undefined;
  return [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/g)]
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
    .filter((field) => field !== '');
}
