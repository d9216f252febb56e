/** The lines of a text that another one lacks, ignoring white space, quotes and comments. Pure. */
export function missingLines(text: string, wanted: string): readonly string[] {
  const known = new Set(text.split('\n').map(contentOf));
  return wanted.split('\n').filter((line) => contentOf(line) !== '' && !known.has(contentOf(line)));
}

function contentOf(line: string): string {
  return line.replace(/(?:^|\s)#.*/, '').replace(/["'\s]/g, '');
}
