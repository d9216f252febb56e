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
  /** A floating tag moves; any other is never pointed elsewhere. */
  readonly isFloating: boolean;
  readonly scope: TagScope;
  /** Of a floating tag; absent: `defaultBranch`. */
  readonly guard?: TagGuard;
  /** Identifies the content, not the image: images under it have the same layers, perhaps with other labels. */
  readonly isContentAddressed?: true;
}

export interface SkippedRule {
  readonly rule: string;
  readonly reason: string;
  /** Name of the registry whose own rule it is. */
  readonly registry?: string;
}

export interface ComputedTags {
  readonly tags: readonly RequestedTag[];
  readonly skipped: readonly SkippedRule[];
}

/**
 * Turns rules into tags. Pure. Never an empty tag: a rule that has nothing to say is skipped with its reason.
 * Two rules that give the same tag give it once; should one of them call it immutable, it is.
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
  // What is built from uncommitted changes is not what the commit says, whatever the rule promises.
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

// Names that everyone reads as a release or as merged code, even if a branch has such a name.
const SHARED_NAME = /^(?:latest|edge|next|stable|v?\d+(?:\.\d+){0,2})$/;

function guardOf({ when, kind }: TagRule, candidate: TagCandidate, tag: string): TagGuard {
  if (candidate.isOfDirtyTree === true) return 'none';
  // Who says where a rule holds has said from where its tag moves.
  if (when?.branch !== undefined || when?.tag !== undefined) return 'cleanTree';
  // A branch may be called like a release by anyone who may push one; a git tag that a pattern takes is the release itself.
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
