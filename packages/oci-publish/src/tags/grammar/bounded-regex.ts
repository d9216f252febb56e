import { createContext, Script } from 'node:vm';

/** Maximum length of a pattern in the configuration, in characters. */
export const LONGEST_PATTERN = 500;

// git itself allows some 250 bytes for the name of a branch or tag.
const LONGEST_TEXT = 1024;
// A good pattern takes microseconds. One that backtracks forever, such as (a+)+$, must not block a publish.
const TIMEOUT_MS = 2000;

/** The match of a pattern: its groups by number and by name; group 0 is the whole match. */
export interface RegexMatch {
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

/** Why a text is not a valid regular expression; `undefined` if it is one. */
export function describePatternProblem(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `it is longer than ${LONGEST_PATTERN} characters`;
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '');
  }
}

/** The names of all groups of a valid pattern: `1`, `2`, then those that have names. */
export function groupNames(pattern: string): readonly string[] {
  // The empty alternative always matches, at once, and has all groups in its result.
  const { length = 1, groups } = new RegExp(`${pattern}|`, 'u').exec('') ?? {};
  return [...Array.from({ length: length - 1 }, (_, index) => String(index + 1)), ...Object.keys(groups ?? {})];
}

type Result = RegexMatch | 'timeout' | undefined;

// A hundred images have the same patterns and the same branch: they wait only once for a pattern that takes too long.
const MAX_REMEMBERED = 1000;
const remembered = new Map<string, Result>();

/**
 * Searches external text for a user's pattern, in bounded time. Caches the result.
 *
 * @returns `'timeout'` if the pattern takes too long for this text.
 */
export function matchBounded(pattern: string, text: string): Result {
  const key = JSON.stringify([pattern, text]);
  if (remembered.has(key)) return remembered.get(key);
  const result = match(pattern, text);
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, result);
  return result;
}

function match(pattern: string, text: string): Result {
  const context = createContext({ pattern, text: text.slice(0, LONGEST_TEXT) });
  // Returns text, not objects, so that nothing of the other context is kept.
  const script = new Script(
    `(() => { const found = new RegExp(pattern, 'u').exec(text); return found && JSON.stringify([[...found], { ...found.groups }]); })()`,
  );
  try {
    const found = script.runInContext(context, { timeout: TIMEOUT_MS }) as string | null;
    if (found === null) return undefined;
    const [groups, named] = JSON.parse(found) as [(string | null)[], Record<string, string>];
    return { groups: groups.map((group) => group ?? undefined), named };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'timeout';
    throw error;
  }
}
