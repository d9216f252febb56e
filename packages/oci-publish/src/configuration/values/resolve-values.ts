import { type z } from 'zod';

import { flattenUnions, problemIn } from '../../text/describe-issue';
import { matchSchema } from '../../text/match-schema';
import { type Diagnostic, type Finding, type YamlPath } from '../../text/problem';
import { describeValue } from './describe-value';
import { checkNameValues, listTagVariables } from './name-variables';
import { showValue } from './show-value';
import { textsUnder, type TextAt } from './value-at';
import { describeUnset, hasVariables, listVariables, replaceVariables, type Environment } from './variables';

/** A part of the file with its variables replaced, or all problems with it. */
export type ResolvedValues<Value> =
  { readonly value: Value; readonly findings: readonly [] } | { readonly value?: undefined; readonly findings: readonly Finding[] };

/**
 * Replaces the variables of a part of the file, and checks the result with the schema of that part. Messages quote the
 * file, because the value of a variable may be a misplaced secret.
 *
 * @param at path of the part in the file.
 */
export function resolveValues<Schema extends z.ZodType>(
  schema: Schema,
  written: unknown,
  at: YamlPath,
  env: Environment,
): ResolvedValues<z.output<Schema>> {
  const refused = textsUnder(written).flatMap(({ path, text }) => {
    const diagnostic = checkReplaced(text, env);
    return diagnostic === undefined ? [] : [{ path, ...diagnostic }];
  });
  const { data, error } = matchSchema(schema, replaceInside(written, env));
  const isRefused = ({ path }: TextAt) => refused.some((one) => String(one.path) === String(path));
  const wrong = flattenUnions(error?.issues ?? []).flatMap((issue) => {
    const texts = variablesAt(written, issue.path as YamlPath);
    return texts.some(isRefused) ? [] : [describeResolved(issue, texts[0])];
  });
  const found = new Map([...refused, ...wrong].map((one) => [JSON.stringify(one), one]));
  const findings = [...found.values()].map(({ path, ...diagnostic }): Finding => ({
    path: [...at, ...path],
    part: 'value',
    ...diagnostic,
  }));
  return findings.length === 0 ? { value: data as z.output<Schema>, findings: [] } : { findings };
}

function checkReplaced(written: string, env: Environment): Diagnostic | undefined {
  const { text, unset } = replaceVariables(written, env);
  if (unset.length > 0) return describeUnset(unset);
  const secret = checkNameValues(listTagVariables(written), env);
  if (secret !== undefined || !hasVariables(text)) return secret;
  // The schema would take it for a text with variables that are not yet replaced.
  return { what: `\`${showValue(written)}\` contains \`\${\` once its variables are replaced`, fix: 'set them to values without it' };
}

/** The texts with variables that may have caused a problem: at its path, else around it. */
function variablesAt(written: unknown, path: YamlPath): readonly TextAt[] {
  const texts = textsUnder(written, path).filter(({ text }) => hasVariables(text));
  return texts.length > 0 || path.length === 0 ? texts : variablesAt(written, path.slice(0, -1));
}

function describeResolved(issue: z.core.$ZodIssue, source: TextAt | undefined): Diagnostic & { readonly path: YamlPath } {
  const path = source?.path ?? (issue.path as YamlPath);
  const { text = '' } = source ?? {};
  const problem = problemIn(issue);
  if (problem?.checked !== undefined) return { path, ...describeValue(String(path[0]), text, problem.checked) };
  if (path.includes('tags')) {
    const what = `\`${showValue(text)}\` is not a tag rule once its variables are replaced`;
    return { path, what, fix: 'set them to letters, digits and . _ -' };
  }
  if (problem !== undefined) return { path, what: problem.what, fix: problem.fix };
  return {
    path,
    what: `\`${showValue(text)}\` cannot be used once its variables are replaced`,
    fix: `set ${listVariables(text).join(' and ')} to another value`,
  };
}

/** Replaces the variables in all texts of a value. */
function replaceInside(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return replaceVariables(value, env).text;
  if (Array.isArray(value)) return value.map((item) => replaceInside(item, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceInside(item, env)]));
}
