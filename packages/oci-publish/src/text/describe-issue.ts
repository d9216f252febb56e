import { nearestName } from '@nx-oci/model';
import { z } from 'zod';

import { showKey, suggestName, type CheckedValue, type Diagnostic, type YamlPath } from './problem';
import { IN_QUOTES } from './written-text';

type Issue = z.core.$ZodIssue;

/** A mistake in a value: its position, and its fix. */
export interface ValueProblem extends Diagnostic {
  /** Path from the value to the wrong part; absent for the value itself. */
  readonly path?: YamlPath;
  /** Whether the name at the end of the path is wrong, and not its value. */
  readonly isKey?: true;
  /** Path from the value to the missing key: not reported if an unknown key is probably a misspelling of it. */
  readonly missing?: YamlPath;
  /** Whether the message already names the wrong value, so that no name is put before it. */
  readonly isWhole?: true;
  /** For a value that may come from variables: the message to use then. */
  readonly checked?: CheckedValue;
  /** A text with the position of the mistake, from 0. */
  readonly at?: { readonly text: string; readonly column: number };
}

/** A check of a schema whose mistakes have a message and a fix. It only receives values that are valid so far. */
export function refuse<Value>(find: (value: Value) => readonly ValueProblem[]): z.core.$ZodCheck<Value> {
  return makeCheck(find, ({ issues }) => issues.length === 0);
}

/** The same for any value, even an invalid one: the check receives it as written, without unknown keys. */
export function refuseWritten<Value>(find: (written: unknown) => readonly ValueProblem[]): z.core.$ZodCheck<Value> {
  return makeCheck(find as (written: Value) => readonly ValueProblem[], () => true);
}

/** The same for a map. */
export function refuseMap<Value>(find: (map: Readonly<Record<string, unknown>>) => readonly ValueProblem[]): z.core.$ZodCheck<Value> {
  return makeCheck(find as (map: unknown) => readonly ValueProblem[], ({ value }) => isMap(value));
}

function makeCheck<Value>(find: (value: Value) => readonly ValueProblem[], when: (payload: z.core.ParsePayload) => boolean) {
  return z.core._check(addProblems(find) as z.core.CheckFn<unknown>, { when }) as z.core.$ZodCheck<Value>;
}

function addProblems<Value>(find: (value: Value) => readonly ValueProblem[]): z.core.CheckFn<Value> {
  return ({ value, issues }) => {
    const found = find(value).map((params) => ({ code: 'custom' as const, input: value, path: [...(params.path ?? [])], params }));
    issues.push(...found.map((issue) => ({ ...issue, continue: true })));
  };
}

/** A map without other keys. The message for an unknown key is the list of known keys, separated by spaces. */
export function closedMap<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined) });
}

/** Not `z.int()`, which ends all checks around it, so that other problems would not be reported. */
export function wholeNumber(from: number, to: number) {
  return z
    .number()
    .refine((number) => Number.isInteger(number) && number >= from && number <= to, {
      error: ({ input }) => `cannot be ${String(input)} → write a whole number from ${from} to ${to}`,
    })
    .meta({ type: 'integer', minimum: from, maximum: to });
}

/** Replaces the issues of unions by those of the member that was meant: the one that accepts values of that type. */
export function flattenUnions(issues: readonly Issue[]): readonly Issue[] {
  return issues.flatMap((issue) => {
    const members = issue.code === 'invalid_union' ? issue.errors : [];
    const meant = members.find((found) => !found.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
    return meant === undefined ? [issue] : flattenUnions(meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

/** The problem that a check of `refuse` found; `undefined` for zod's own issues. */
export function problemIn(issue: Issue): ValueProblem | undefined {
  return issue.code === 'custom' ? (issue.params as ValueProblem | undefined) : undefined;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a whole number',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

/**
 * Describes one of zod's own issues without the value, which may be a secret.
 *
 * The message of a union says what it accepts; that of any other check is `what → fix`, as it follows the name.
 */
export function describeIssue(issue: Issue, name: string): Diagnostic {
  const { input } = issue;
  if (input === undefined) return { what: `${name} is missing`, fix: `add ${name}` };
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const nearest = typeof input === 'string' ? nearestName(input, choices) : undefined;
    return { what: `${name} must be ${choices.join(' or ')}`, fix: suggestName(nearest, choices) };
  }
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') {
    const expected = issue.code === 'invalid_union' ? issue.message : (EXPECTED[issue.expected] ?? withArticle(issue.expected));
    return { what: `${name} must be ${expected}, found ${kindOf(input)}`, fix: fixType(input, expected) };
  }
  const [what = '', fix = ''] = issue.message.split(' → ');
  return { what: `${name} ${what}`, fix };
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** The name of the end of a path in messages. */
export function nameAt(path: YamlPath): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `an item of \`${String(path.at(-2))}\``;
  return last === undefined ? 'the file' : showKey(last);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fixType(value: unknown, expected: string): string {
  if (value === null) return 'fill it, or remove it';
  const isPlainText = typeof value === 'number' || typeof value === 'boolean';
  return isPlainText && expected.startsWith('text') ? IN_QUOTES : `write ${expected}`;
}

/** Only the kind, never the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map of keys';
  return typeof value === 'string' ? 'text' : withArticle(typeof value);
}
