/** Files that differ from the commit: some of their names, and their number. */
export interface ChangedFiles {
  readonly count: number;
  /** At most `NAMED_FILES`, from the workspace root. */
  readonly named: readonly string[];
}

export const NAMED_FILES = 5;

/** The first of them by name. */
export function countFiles(files: readonly string[]): ChangedFiles {
  return { count: files.length, named: files.slice(0, NAMED_FILES) };
}

/** `uncommitted changes: src/main.ts, notes.md and 3 more` */
export function describeChanges({ count, named }: ChangedFiles): string {
  // File names may contain anything: only readable ones are printed.
  const names = named.map((name) => name.replace(/\p{C}/gu, '?'));
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return names.length === 0 ? 'uncommitted changes' : `uncommitted changes: ${names.join(', ')}${more}`;
}
