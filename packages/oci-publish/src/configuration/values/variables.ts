import { type Diagnostic } from '../../text/problem';

/** Where the values of variables come from: `process.env`, or its stand-in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables replaced, and the names of those that were not set. */
export interface ReplacedText {
  readonly text: string;
  readonly unset: readonly string[];
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}/g;

/** Whether any `${` stands in the text. */
export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/**
 * Replaces `${NAME}` and `${NAME:-default}`.
 *
 * An empty variable counts as unset: that is what CI systems pass for a secret that is not there. An unset one without
 * default becomes nothing and is named in `unset`.
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

/** Names of the variables in a text, each once. */
export function listVariables(text: string): readonly string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name]) => name ?? ''))];
}

/** Whether the text is made of variables alone, without a default that could hold what must not be in a file. */
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
