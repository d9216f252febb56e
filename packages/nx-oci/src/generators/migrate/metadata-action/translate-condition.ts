/** `when` of a rule; `never` leaves it out, undefined has no counterpart. */
export type Condition = { readonly branch?: string; readonly tag?: string; readonly event?: string } | 'always' | 'never' | undefined;

const EVENTS: Readonly<Record<string, string>> = {
  push: 'push',
  pull_request: 'pullRequest',
  pull_request_target: 'pullRequest',
  schedule: 'schedule',
  workflow_dispatch: 'manual',
};

const DEFAULT_BRANCH = { branch: '{defaultBranch}' };
const DEFAULT_REF = "format('refs/heads/{0}', github.event.repository.default_branch)";

/** Translates `enable=` of a row, or `if:` of a step: the usual comparisons of one thing. */
export function translateCondition(written: string | undefined): Condition {
  if (written === undefined || written === 'true') return 'always';
  if (written === 'false') return 'never';
  if (/^\{\{\s*is_default_branch\s*\}\}$/.test(written)) return DEFAULT_BRANCH;
  if (/^\{\{\s*is_not_default_branch\s*\}\}$/.test(written)) return { branch: '!{defaultBranch}' };
  const [, expression = written.trim()] = /^\$\{\{\s*(.*?)\s*\}\}$/.exec(written.trim()) ?? [];
  return expression.includes('&&') || expression.includes('||') ? undefined : comparison(expression.trim());
}

function comparison(expression: string): Condition {
  const [, left = '', sign = '', right = ''] = /^(github\.\w+)\s*(==|!=)\s*(.+)$/.exec(expression) ?? [];
  const isNot = sign === '!=';
  const text = /^'([^']*)'$/.exec(right)?.[1];
  const name = (value: string) => `${isNot ? '!' : ''}${value}`;
  if (left === 'github.event_name' && text !== undefined && EVENTS[text] !== undefined) return { event: name(EVENTS[text]) };
  if (left === 'github.ref' && right === DEFAULT_REF) return { branch: name('{defaultBranch}') };
  if (left === 'github.ref_name' && right === 'github.event.repository.default_branch') return { branch: name('{defaultBranch}') };
  if (left === 'github.ref_name' && text !== undefined) return { branch: name(text) };
  if (left === 'github.ref' && text?.startsWith('refs/heads/') === true) return { branch: name(text.slice('refs/heads/'.length)) };
  if (left === 'github.ref_type' && text !== undefined) return (text === 'tag') === isNot ? { branch: '**' } : { tag: '**' };
  const [, prefix] = /^startsWith\(\s*github\.ref\s*,\s*'refs\/tags\/([^']*)'\s*\)$/.exec(expression) ?? [];
  return prefix === undefined ? undefined : { tag: `${prefix}**` };
}
