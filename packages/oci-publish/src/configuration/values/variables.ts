import { type Diagnostic } from '../../text/problem';

/** The values of variables: `process.env`, or a substitute. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables replaced, and the names of unset ones. */
export interface ReplacedText {
  readonly text: string;
  readonly unset: readonly string[];
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}/g;

/** Whether the text contains `${`. */
export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/**
 * Replaces `${NAME}` and `${NAME:-default}`.
 *
 * An empty variable counts as unset, because CI systems pass it for a missing secret. An unset variable without a
 * default is replaced by nothing and listed in `unset`.
 */
export function replaceVariables(text: string, env: Environment): ReplacedText {
  const unset: string[] = [];
  const replaced = text.replace(REFERENCE, (_, name: string, fallback: string | undefined) => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined) unset.push(name);
    return fallback ?? '';
  });
  return { text: replaced, unset };
}

/** The names of variables in a text, without duplicates. */
export function listVariables(text: string): readonly string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name]) => name ?? ''))];
}

/** Whether the text consists only of variables without defaults, which could contain a secret. */
export function isOnlyVariables(text: string): boolean {
  return /^(?:\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/.test(text);
}

/** Reports a `${` that is not a variable. */
export function checkVariables(text: string): Diagnostic | undefined {
  if (!hasVariables(text.replace(REFERENCE, ''))) return undefined;
  return { what: 'a `${` does not start a variable', fix: 'write ${NAME} or ${NAME:-default}, with letters, digits and _ in NAME' };
}

/** Reports variables that are needed and not set. */
export function describeUnset(unset: readonly string[]): Diagnostic {
  const names = [...new Set(unset)];
  return {
    what: names.length === 1 ? `the variable ${String(names[0])} is not set` : `the variables ${names.join(', ')} are not set`,
    fix: `set ${names.length === 1 ? 'it' : 'them'}, or give a default: \${${String(names[0])}:-…}`,
  };
}
