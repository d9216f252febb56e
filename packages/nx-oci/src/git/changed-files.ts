/** Files that differ from the commit: some of them by name, and how many there are. */
export interface ChangedFiles {
  readonly count: number;
  /** At most `NAMED_FILES`, from the root of the repository. */
  readonly named: readonly string[];
}

const NAMED_FILES = 5;

/**
 * Reads what `git status --porcelain -z` answers: entries end with NUL, and a renamed file is followed by its old name.
 *
 * @see https://git-scm.com/docs/git-status#_porcelain_format_version_1
 */
export function parseStatus(output: string): ChangedFiles {
  const names: string[] = [];
  const entries = output.split('\0').filter((entry) => entry !== '');
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    names.push(entry.slice(3));
    if (/^(?:R|C|.R|.C)/.test(entry.slice(0, 2))) index++;
  }
  return { count: names.length, named: names.slice(0, NAMED_FILES) };
}

/** `uncommitted changes: src/main.ts, notes.md and 3 more` */
export function describeChanges({ count, named }: ChangedFiles): string {
  // A file may be called anything: only what can be read is printed.
  const names = named.map((name) => name.replace(/\p{C}/gu, '?'));
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return names.length === 0 ? 'uncommitted changes' : `uncommitted changes: ${names.join(', ')}${more}`;
}
