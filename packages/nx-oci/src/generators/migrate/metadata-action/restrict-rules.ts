import { ALWAYS, both, type Condition, type When } from '../expressions/conditions';
import { type RuleMap } from './row-kinds';

/** What kinds of refs a rule gives tags for, whatever its `when`. */
type Subject = 'branches' | 'gitTags' | 'pullRequests' | 'all';

const SUBJECTS: Readonly<Record<string, Subject>> = {
  branch: 'branches',
  edge: 'branches',
  version: 'gitTags',
  minor: 'gitTags',
  major: 'gitTags',
  match: 'gitTags',
  pr: 'pullRequests',
};

/** The same rule, where a condition holds: one for each alternative, none where it never gives a tag. */
export function restrictRule(rule: RuleMap, condition: Condition): readonly RuleMap[] {
  const { when, ...rest } = rule;
  const own = when === undefined ? ALWAYS : [when as When];
  const subject = subjectOf(rule);
  const wanted = condition.flatMap((one) => (isPossible(one, subject) ? [simplify(one, subject)] : []));
  const all = both(own, wanted.some((one) => Object.keys(one).length === 0) ? ALWAYS : wanted);
  return all.map((one) => (Object.keys(one).length === 0 ? rest : { ...rest, when: one }));
}

function subjectOf({ rule, template, when }: RuleMap): Subject {
  if (template === '{gitTag}') return 'gitTags';
  const { tag, branch } = (when ?? {}) as When;
  if (tag !== undefined) return 'gitTags';
  return SUBJECTS[String(rule)] ?? (branch === undefined ? 'all' : 'branches');
}

/** Whether an event that an alternative is for can be one of the subject. */
function isPossible(when: When, subject: Subject): boolean {
  const test: Readonly<Record<Subject, Condition>> = {
    branches: [{ event: ['!pullRequest', '!tag'] }],
    gitTags: [{ event: 'tag' }],
    pullRequests: [{ event: 'pullRequest' }],
    all: ALWAYS,
  };
  if (subject === 'branches' && when.tag !== undefined) return false;
  if (subject !== 'all' && subject !== 'branches' && when.branch !== undefined) return false;
  if (subject === 'pullRequests' && when.tag !== undefined) return false;
  return subject === 'all' || both([{ ...(when.event !== undefined && { event: when.event }) }], test[subject]).length > 0;
}

/** Leaves out what the subject says already. */
function simplify({ branch, tag, event }: When, subject: Subject): When {
  const events = typeof event === 'string' ? [event] : (event ?? []);
  const isImplied: Readonly<Record<Subject, boolean>> = {
    branches: events.every((name) => name === '!pullRequest' || name === '!tag'),
    gitTags: events.includes('tag') || events.every((name) => name.startsWith('!')),
    pullRequests: true,
    all: false,
  };
  return {
    ...(branch !== undefined && !(branch === '**' && subject === 'branches') && { branch }),
    ...(tag !== undefined && !(tag === '**' && subject === 'gitTags') && { tag }),
    ...(event !== undefined && !isImplied[subject] && { event: subject === 'branches' ? pushesOf(events) : event }),
  };
}

function pushesOf(events: readonly string[]): string | readonly string[] {
  const pushes = events.filter((name) => name !== 'tag');
  return pushes.length === 1 ? (pushes[0] ?? '') : pushes;
}
