import { ALWAYS, both, either, NEVER, type Condition } from './conditions';
import { evaluate, isTrue, type Constants } from './evaluate-expression';
import { parseExpression, type Expression } from './parse-expression';

interface Reading {
  readonly constants: Constants;
  /** What a part without a counterpart counts as; undefined leaves the whole without one. */
  readonly unknown: Condition | undefined;
}

// A push to a branch or of a git tag is the same event there; ours are two.
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  push: ['push', 'tag'],
  release: ['tag'],
  pull_request: ['pullRequest'],
  pull_request_target: ['pullRequest'],
  schedule: ['schedule'],
  workflow_dispatch: ['manual'],
};

const DEFAULT_BRANCH = 'github.event.repository.default_branch';
const PULL_REQUEST = { event: 'pullRequest' };
const ANY_TAG = { tag: '**' };
const ANY_BRANCH = { branch: '**' };

/** Translates an expression such as `github.event_name != 'pull_request'`, with or without `${{ }}`. */
export function toCondition(written: string, { constants = {}, unknown }: Partial<Reading>): Condition | undefined {
  const text = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(written)?.[1] ?? written;
  const parsed = text.includes('${{') ? undefined : parseExpression(text.trim());
  return parsed === undefined ? unknown : read(parsed, { constants, unknown }, true);
}

/** @param wanted whether it must be true, or false */
function read(expression: Expression, reading: Reading, wanted: boolean): Condition | undefined {
  const value = evaluate(expression, reading.constants);
  if (value !== undefined) return isTrue(value) === wanted ? ALWAYS : NEVER;
  if (expression.kind === 'not') return read(expression.of, reading, !wanted);
  if (expression.kind === 'both' && (expression.operator === '&&' || expression.operator === '||')) {
    const [left, right] = [expression.left, expression.right].map((one) => read(one, reading, wanted));
    if (left === undefined || right === undefined) return undefined;
    return (expression.operator === '&&') === wanted ? both(left, right) : either(left, right);
  }
  const leaf =
    expression.kind === 'both' ? comparison(expression, reading.constants) : expression.kind === 'call' ? call(expression) : undefined;
  return leaf === undefined ? reading.unknown : (leaf(wanted) ?? reading.unknown);
}

/** A condition and its opposite. */
type Leaf = (wanted: boolean) => Condition | undefined;

function comparison({ operator, left, right }: Expression & { readonly kind: 'both' }, constants: Constants): Leaf | undefined {
  if (operator !== '==' && operator !== '!=') return undefined;
  const [subject, object] = left.kind === 'name' && evaluate(left, constants) === undefined ? [left, right] : [right, left];
  if (subject.kind !== 'name') return undefined;
  const value = evaluate(object, constants);
  const text = value === undefined || String(value).includes('${{') ? defaultRef(object) : String(value);
  const leaf = text === undefined ? undefined : SUBJECTS[subject.path]?.(text);
  return leaf === undefined ? undefined : (wanted) => leaf(wanted === (operator === '=='));
}

/** `{defaultBranch}`, alone or as a ref. */
function defaultRef(expression: Expression): string | undefined {
  if (expression.kind === 'name' && expression.path === DEFAULT_BRANCH) return '{defaultBranch}';
  if (expression.kind !== 'call' || expression.name !== 'format') return undefined;
  const [form, name] = expression.arguments;
  const isRef = form?.kind === 'value' && form.value === 'refs/heads/{0}' && name?.kind === 'name' && name.path === DEFAULT_BRANCH;
  return isRef ? 'refs/heads/{defaultBranch}' : undefined;
}

const SUBJECTS: Readonly<Record<string, (text: string) => Leaf | undefined>> = {
  'github.event_name': (text) => {
    const events = EVENTS[text];
    if (events === undefined) return () => undefined;
    return (wanted) => [{ event: oneOrAll(wanted ? events : events.map((name) => `!${name}`)) }];
  },
  'github.ref_type': (text) => (wanted) => ((text === 'tag') === wanted ? [ANY_TAG] : [ANY_BRANCH, PULL_REQUEST]),
  'github.ref': (text) => ofRef(text, ''),
  'github.ref_name': (text) => (wanted) => (wanted ? [{ branch: text }] : [{ branch: `!${text}` }, ANY_TAG, PULL_REQUEST]),
  'github.head_ref': (text) => (wanted) => (wanted ? [{ branch: text, ...PULL_REQUEST }] : undefined),
};

function oneOrAll(patterns: readonly string[]): string | readonly string[] {
  const [first = ''] = patterns;
  return patterns.length === 1 ? first : patterns;
}

/** `refs/heads/main`, or with `**` the beginning of one. */
function ofRef(text: string, rest: '' | '**'): Leaf | undefined {
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(text) ?? [];
  const pattern = `${name}${rest}`;
  if (kind === undefined || pattern === '') return undefined;
  const isAny = pattern === '**';
  if (kind === 'tags') {
    return (wanted) => (wanted ? [{ tag: pattern }] : [ANY_BRANCH, ...(isAny ? [] : [{ tag: `!${pattern}` }]), PULL_REQUEST]);
  }
  return (wanted) => (wanted ? [{ branch: pattern }] : [...(isAny ? [] : [{ branch: `!${pattern}` }]), ANY_TAG, PULL_REQUEST]);
}

function call({ name, arguments: [subject, part] }: Expression & { readonly kind: 'call' }): Leaf | undefined {
  if (subject?.kind !== 'name' || part?.kind !== 'value') return undefined;
  const text = String(part.value);
  const isPrefix = name === 'startswith' || (name === 'contains' && /^refs\/(?:heads|tags)\//.test(text));
  if (subject.path === 'github.ref' && isPrefix) return ofRef(text, '**');
  if (subject.path !== 'github.ref_name' || name !== 'startswith') return undefined;
  return (wanted) =>
    wanted ? [{ tag: `${text}**` }, { branch: `${text}**` }] : [{ tag: `!${text}**` }, { branch: `!${text}**` }, PULL_REQUEST];
}
