import { expandVariables, UNKNOWN, type Variables } from './expand-variables';

/**
 * The variables that an ARG or ENV sets: `A=1 B="two words"`, just `A`, or the old form `A the rest` of ENV.
 *
 * @param buildArgs of ARG: they take precedence over its own values
 */
export function readAssignments(
  rest: string,
  known: Variables,
  buildArgs: Readonly<Record<string, string | undefined>> = {},
): ReadonlyMap<string, string> {
  const [, oldName, oldValue] = /^([^\s=]+)\s+([^=\s].*)$/s.exec(rest) ?? [];
  if (oldName !== undefined && oldValue !== undefined && !/\s[^\s=]+=/.test(rest))
    return new Map([[oldName, expandVariables(oldValue, known)]]);
  const found = new Map<string, string>();
  for (const [, name = '', value] of rest.matchAll(ASSIGNMENT)) {
    if (Object.hasOwn(buildArgs, name)) found.set(name, buildArgs[name] ?? UNKNOWN);
    // Without its own value: that of the same name before the first FROM, else the build must set one.
    else found.set(name, value === undefined ? (known.get(name) ?? UNKNOWN) : expandBeside(value, known, found));
  }
  return found;
}

/** In ENV a variable has its value from before the instruction; in ARG the new one, but not in every version of every builder. */
function expandBeside(value: string, known: Variables, beside: Variables): string {
  const before = expandVariables(value, known);
  return before === expandVariables(value, new Map([...known, ...beside])) ? before : UNKNOWN;
}

const ASSIGNMENT = /([^\s=]+)(?:=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*))?/gs;
