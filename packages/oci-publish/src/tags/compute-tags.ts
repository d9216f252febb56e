import { type TagCandidate, type TagGuard, type TagScope } from './facts/tag-candidate';
import { type TagFacts } from './facts/tag-facts';
import { fitTag } from './grammar/tag-grammar';
import { applyRule } from './kinds/rule-kinds';
import { type TagRule } from './rules/tag-rule';
import { reasonNotHere } from './grammar/when';

export { type TagFacts } from './facts/tag-facts';

/** One tag that a publish sets to its image. */
export interface RequestedTag {
  readonly tag: string;
  /** The rule or literal that gives it. */
  readonly rule: string;
  /** A floating tag moves; any other never does. */
  readonly isFloating: boolean;
  readonly scope: TagScope;
  /** For a floating tag; default `defaultBranch`. */
  readonly guard?: TagGuard;
  /** Identifies the content, not the image: its images have the same layers, perhaps with other labels. */
  readonly isContentAddressed?: true;
}

export interface SkippedRule {
  readonly rule: string;
  readonly reason: string;
  /** Name of the registry that defines the rule. */
  readonly registry?: string;
}

export interface ComputedTags {
  readonly tags: readonly RequestedTag[];
  readonly skipped: readonly SkippedRule[];
}

/**
 * Turns rules into tags. Pure. Never gives an empty tag: a rule that does not apply is skipped with its reason. If two rules give
 * the same tag, it appears once, immutable if one of them makes it so.
 */
export function computeTags(rules: readonly TagRule[], facts: TagFacts): ComputedTags {
  const tags = new Map<string, RequestedTag>();
  const skipped: SkippedRule[] = [];
  for (const rule of rules) {
    const result = computeTag(rule, facts);
    if ('reason' in result) skipped.push(result);
    else tags.set(result.tag, merge(tags.get(result.tag), result));
  }
  return { tags: [...tags.values()], skipped };
}

/** All tags of all destinations, each once. */
export function mergeTags(computed: readonly ComputedTags[]): ComputedTags {
  const tags = new Map(computed.flatMap((one) => one.tags).map((wanted) => [wanted.tag, wanted]));
  const skipped = new Map(computed.flatMap((one) => one.skipped).map((rule) => [JSON.stringify(rule), rule]));
  return { tags: [...tags.values()], skipped: [...skipped.values()] };
}

function computeTag(rule: TagRule, facts: TagFacts): RequestedTag | SkippedRule {
  const { label } = rule;
  const elsewhere = rule.when === undefined ? undefined : reasonNotHere(rule.when, facts);
  const candidate = elsewhere ?? applyRule(rule, facts);
  if (typeof candidate === 'string') return { rule: label, reason: candidate };
  const tag = fitTag(rule.prefix, candidate.text, rule.suffix);
  if (tag === undefined)
    return { rule: label, reason: 'it has no characters that a tag may contain, or none fits between `prefix` and `suffix`' };
  // An image with uncommitted changes is not the image of its commit, whatever the rule promises.
  const isFloating = candidate.isOfDirtyTree === true || (rule.floating ?? candidate.isFloating);
  return {
    tag,
    rule: label,
    isFloating,
    scope: candidate.scope ?? 'commit',
    ...(isFloating && { guard: guardOf(rule, candidate, tag) }),
    ...(candidate.isContentAddressed === true && { isContentAddressed: true }),
  };
}

// Names that mean a release or merged code to everyone, even if a branch has such a name.
const SHARED_NAME = /^(?:latest|edge|next|stable|v?\d+(?:\.\d+){0,2})$/;

function guardOf({ when, kind }: TagRule, candidate: TagCandidate, tag: string): TagGuard {
  if (candidate.isOfDirtyTree === true) return 'none';
  // A `when` also determines from where the tag may move.
  if (when?.branch !== undefined || when?.tag !== undefined) return 'cleanTree';
  // Anyone who may push a branch can name it like a release; a git tag that matches a pattern is the release itself.
  if (candidate.guard === 'cleanTree' && kind !== 'match' && SHARED_NAME.test(tag)) return 'defaultBranch';
  return candidate.guard ?? 'defaultBranch';
}

const STRICTNESS: readonly TagGuard[] = ['none', 'cleanTree', 'defaultBranch'];

function merge(one: RequestedTag | undefined, other: RequestedTag): RequestedTag {
  if (one === undefined || (one.isFloating && !other.isFloating)) return other;
  if (!one.isFloating || !other.isFloating) return one;
  const strictest = STRICTNESS.findLast((guard) => [one, other].some((tag) => (tag.guard ?? 'defaultBranch') === guard));
  return { ...one, ...(strictest !== undefined && { guard: strictest }) };
}
