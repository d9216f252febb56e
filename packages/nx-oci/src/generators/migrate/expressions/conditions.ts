/** `when` of a rule; a list of patterns where one does not say it. */
export type When = { readonly [Key in (typeof KEYS)[number]]?: string | readonly string[] };

/** Alternatives of which one must hold: `[{}]` holds always, `[]` never. */
export type Condition = readonly When[];

const KEYS = ['branch', 'tag', 'event'] as const;

export const ALWAYS: Condition = [{}];
export const NEVER: Condition = [];

export function isAlways(condition: Condition): boolean {
  return condition.some((when) => Object.keys(when).length === 0);
}

/** Both must hold. */
export function both(one: Condition, other: Condition): Condition {
  const all = one.flatMap((first) => other.flatMap((second) => merge(first, second) ?? []));
  return isAlways(all) ? ALWAYS : [...new Map(all.map((when) => [JSON.stringify(when), when])).values()];
}

/** One of them must hold. */
export function either(one: Condition, other: Condition): Condition {
  return isAlways(one) || isAlways(other) ? ALWAYS : [...one, ...other];
}

/** @returns undefined if the two exclude each other */
function merge(one: When, other: When): When | undefined {
  if ((isOfPushes(one) && isOfPullRequests(other)) || (isOfPushes(other) && isOfPullRequests(one))) return undefined;
  const merged: Record<string, string | readonly string[]> = {};
  for (const key of KEYS) {
    const [first, second] = [listOf(one[key]), listOf(other[key])];
    const patterns = first === undefined || second === undefined ? (first ?? second) : narrow(first, second);
    if (patterns?.length === 0) return undefined;
    if (patterns !== undefined) merged[key] = patterns.length === 1 ? (patterns[0] ?? '') : patterns;
  }
  return hasNoPlace(merged) ? undefined : merged;
}

/** A branch alone is one that was pushed; with the event, the one that a pull request comes from. */
function isOfPushes({ branch, event }: When): boolean {
  return branch !== undefined && listOf(event)?.includes('pullRequest') !== true;
}

function isOfPullRequests({ event }: When): boolean {
  const events = including(listOf(event) ?? []);
  return events.length > 0 && events.every((name) => name === 'pullRequest');
}

/** Patterns that match what both lists match; empty if nothing is. */
function narrow(one: readonly string[], other: readonly string[]): readonly string[] {
  const included = [including(one), including(other)].filter((patterns) => patterns.length > 0);
  const excluded = [...one, ...other].filter(isExclusion);
  const [first, second] = included;
  if (first === undefined) return [...new Set(excluded)];
  const names = second === undefined ? first : intersect(first, second);
  const left = names.filter((name) => !excluded.includes(`!${name}`));
  if (left.length === 1 && left[0] === '**' && excluded.length > 0) return [...new Set(excluded)];
  return [...new Set(left.some((name) => name.includes('*')) ? [...left, ...excluded] : left)];
}

/** Names in both lists; a pattern and a name that differ are taken for the name. */
function intersect(one: readonly string[], other: readonly string[]): readonly string[] {
  const same = one.filter((name) => other.includes(name));
  if (same.length > 0) return same;
  const [wide, narrower] = one.some((name) => name.includes('*')) ? [one, other] : [other, one];
  return wide.some((name) => name.includes('*')) ? narrower : [];
}

/** A git tag has no branch, and a pull request neither. */
function hasNoPlace({ branch, tag, event }: When): boolean {
  const events = listOf(event);
  const isOnly = (...names: readonly string[]) =>
    events !== undefined && including(events).length > 0 && including(events).every((name) => names.includes(name));
  return (
    (branch !== undefined && tag !== undefined) ||
    (branch !== undefined && isOnly('tag')) ||
    (tag !== undefined && isOnly('pullRequest', 'schedule'))
  );
}

function including(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => !isExclusion(pattern));
}

function isExclusion(pattern: string): boolean {
  return pattern.startsWith('!');
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}
