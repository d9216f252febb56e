import { knownSecrets, OciError, type OciErrorCode } from '@nx-oci/model';

/** Name of the file, at the workspace root. */
export const REGISTRIES_FILE = 'registries.yaml';

/** A mistake and its fix. Neither repeats a value that may be a secret. */
export interface Diagnostic {
  readonly what: string;
  readonly fix: string;
}

/** A fault of a value, described without and with the value itself. */
export interface CheckedValue {
  /** As in "`host` <fault>", for a value from variables, which messages must not show. */
  readonly fault: string;
  /** The same with the value, as written in the file. */
  readonly detail?: string;
  readonly fix: string;
  /** As in "set NAME to <rule>". */
  readonly rule: string;
}

/** Keys and list positions from the root of the file down to a value. */
export type YamlPath = readonly (string | number)[];

/** A diagnostic about a key, or about the value under it. */
export interface Finding extends Diagnostic {
  readonly path: YamlPath;
  readonly part: 'key' | 'value';
}

/** A diagnostic with its position in registries.yaml; both count from 1. */
export interface Problem extends Diagnostic {
  readonly line: number;
  readonly column: number;
}

/**
 * A key for messages: shown only if it is a word. `password hunter2`, which lacks its colon, and `auth:{token: …}`, which lacks a
 * space, are keys in YAML, too, and contain a secret.
 */
export function showKey(key: string): string {
  return /^[^\s:@${}[\]"']{1,60}$/.test(key) && key === knownSecrets().redactForeign(key) ? `\`${key}\`` : '(not a single word)';
}

/** `registries.yaml:LINE:COL what is wrong → the fix` */
export function describeProblem({ line, column, what, fix }: Problem): string {
  return `${REGISTRIES_FILE}:${line}:${column} ${what} → ${fix}`;
}

const SHOWN_LINES = 100;

/** Combines problems into one error, one line each; at most the first hundred. */
export function problemsToError(code: OciErrorCode, doing: string, lines: readonly string[]): OciError {
  const count = lines.length === 1 ? '1 problem' : `${lines.length} problems`;
  const shown = lines.slice(0, SHOWN_LINES).map((line) => `  ${line}`);
  const more = lines.length > SHOWN_LINES ? [`  … and ${lines.length - SHOWN_LINES} more`] : [];
  return new OciError(code, [`${doing}: ${count}`, ...shown, ...more].join('\n'), {
    hint:
      code === 'OPTIONS_INVALID' ? 'Correct the options and run again.' : `Correct ${REGISTRIES_FILE} and run again; nothing was changed.`,
  });
}

// Longer lists are truncated.
const SHOWN_NAMES = 20;

/** ` → did you mean …` and the like: the fix for an unknown word. */
export function suggestName(nearest: string | undefined, known: Iterable<string>): string {
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  const names = [...known].slice(0, SHOWN_NAMES);
  return names.length === 0 ? 'remove it' : `use ${names.map((name) => `\`${name}\``).join(', ')}`;
}
