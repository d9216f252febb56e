/** What to change in `before` to get `after`, line by line: `- gone`, `+ new`; lines in both are left out. */
export function compareLines(before: string, after: string): readonly string[] {
  const old = before.trimEnd().split('\n');
  const wanted = after.trimEnd().split('\n');
  return [
    ...old.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`),
    ...wanted.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}
