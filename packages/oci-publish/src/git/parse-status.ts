/** Where HEAD is, and what differs from it. */
export interface WorkingTree {
  /** `undefined` if HEAD is detached. */
  readonly branch: string | undefined;
  /** From the root of the repository. */
  readonly changedPaths: readonly string[];
}

const DETACHED = '(detached)';

/**
 * Parses the output of `git status --porcelain=v2 --branch -z`: entries end with NUL, those of HEAD begin with `#`, and a renamed
 * file is followed by its old name. The old name counts, too, since that file is missing now.
 *
 * @see https://git-scm.com/docs/git-status#_porcelain_format_version_2
 */
export function parseStatus(output: string): WorkingTree {
  const names: string[] = [];
  let branch: string | undefined;
  const entries = output.split('\0').filter((entry) => entry !== '');
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    const [, head] = /^# branch\.head (.+)$/s.exec(entry) ?? [];
    if (head !== undefined && head !== DETACHED) branch = head;
    const fields = FIELDS[entry.slice(0, 2)];
    if (fields === undefined) continue;
    names.push(entry.split(' ').slice(fields).join(' '));
    if (entry.startsWith('2 ')) names.push(entries[++index] ?? '');
  }
  return { branch, changedPaths: [...new Set(names.map((name) => name.replace(/\/$/, '')))] };
}

// The number of fields before the name: of a changed, a renamed, an unmerged, an untracked file.
const FIELDS: Readonly<Record<string, number>> = { '1 ': 8, '2 ': 9, 'u ': 10, '? ': 1 };
