export type Variables = ReadonlyMap<string, string>;

/** Replaces the part of a text that only the builder knows. */
export const UNKNOWN = '\0';

const TOKEN = /\\(.)|'([^']*)'|(["])|\$(\w+)|\$\{(\w+)(?:(:?[-+])([^}]*)|[^}]*)\}/gs;

/**
 * Fills in variables and removes quotes, as a builder does with the words of COPY: `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME:+other}`. Unknown variables, and forms that only BuildKit supports, become `UNKNOWN`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandVariables(text: string, known: Variables): string {
  return text.replace(TOKEN, (all: string, ...groups: (string | undefined)[]) => {
    const [escaped, literal, quote, plain, braced, operator, word = ''] = groups;
    if (escaped !== undefined) return '*?[]\\'.includes(escaped) ? all : escaped;
    if (literal !== undefined) return literal;
    if (quote !== undefined) return '';
    const name = plain ?? braced ?? '';
    const value = known.get(name) ?? UNKNOWN;
    if (operator?.endsWith('+') === true) return value === UNKNOWN ? UNKNOWN : value === '' ? '' : expandVariables(word, known);
    if (operator !== undefined) return value === UNKNOWN || value === '' ? expandVariables(word, known) : value;
    return plain !== undefined || all === `\${${name}}` ? value : UNKNOWN;
  });
}
