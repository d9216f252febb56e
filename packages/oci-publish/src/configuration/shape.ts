import { nearestName } from '@nx-oci/model';
import { type z } from 'zod';

import { showKey, suggestName, type Diagnostic, type Finding, type YamlPath } from '../text/problem';
import { IN_QUOTES } from '../text/written-text';
import { explainUnknownKey } from './unknown-keys';
import { valueAt } from './values/value-at';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

// The only union of the schema.
const TAG_RULE = 'text, or a map with `rule`, `literal` or `template`';

/** What the schema has found to be of the wrong shape: unknown keys, missing keys, wrong types, words that are not on a list. */
export function describeShape(issues: readonly Issue[], data: unknown): readonly Finding[] {
  const unknown = issues.flatMap((issue) => {
    const parent = issue.path as YamlPath;
    const present = Object.keys(valueAt(data, parent) ?? {});
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => explainUnknownKey(parent, key, present)) : [];
  });
  // A misspelt key is one mistake, not an unknown key and a missing one.
  const meant = new Set(unknown.map((key) => JSON.stringify(key.meant)));
  const others = issues.filter(({ code, path }) => code !== 'unrecognized_keys' && !meant.has(JSON.stringify(path)));
  return [...unknown.map(({ finding }) => finding), ...others.map((issue) => describeIssue(issue, data))];
}

function describeIssue(issue: Issue, data: unknown): Finding {
  const path = issue.path as YamlPath;
  const name = nameOf(path);
  const value = valueAt(data, path);
  if (value === undefined) return { path: path.slice(0, -1), part: 'key', what: `${name} is missing`, fix: `add ${name}` };
  if (issue.code === 'invalid_value') return { path, part: 'value', ...describeWrongChoice(name, value, issue.values.map(String)) };
  if (typeof value === 'number' && isOutOfBounds(issue))
    return { path, part: 'value', what: `${name} cannot be ${value}`, fix: 'write a whole number from 0 to 60000' };
  if (issue.code === 'invalid_format') {
    return { path, part: 'value', what: `${name} is not the name of a variable`, fix: 'write the name alone: GITHUB_RUN_NUMBER' };
  }
  if (issue.code === 'too_small') return { path, part: 'value', what: `${name} is empty`, fix: 'fill it, or remove it' };
  const expected = issue.code === 'invalid_type' ? (EXPECTED[issue.expected] ?? issue.expected) : TAG_RULE;
  return { path, part: 'value', what: `${name} must be ${expected}, found ${kindOf(value)}`, fix: fixType(value, expected) };
}

/** The schema's only number is a time. */
function isOutOfBounds(issue: Issue): boolean {
  return (issue.code === 'too_small' || issue.code === 'too_big') && issue.origin !== 'string' && issue.origin !== 'array';
}

function describeWrongChoice(name: string, value: unknown, choices: readonly string[]): Diagnostic {
  const nearest = typeof value === 'string' ? nearestName(value, choices) : undefined;
  return { what: `${name} must be ${choices.join(' or ')}`, fix: suggestName(nearest, choices) };
}

function fixType(value: unknown, expected: string): string {
  if (value === null) return 'fill it, or remove it';
  const isPlainText = typeof value === 'number' || typeof value === 'boolean';
  return isPlainText && expected.startsWith('text') ? IN_QUOTES : `write ${expected}`;
}

/** The kind alone, never the value: it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map of keys';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function nameOf(path: YamlPath): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `an item of \`${String(path.at(-2))}\``;
  return last === undefined ? 'the file' : showKey(last);
}
