import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';
import { branch } from './branch';
import { alpha, beta, channel, next, rc } from './channel';
import { sha } from './commit';
import { hash } from './content-hash';
import { date } from './date';
import { edge } from './edge';
import { latest } from './latest';
import { literal } from './literal';
import { match } from './match';
import { pr } from './pull-request';
import { type RuleKind } from './rule-kind';
import { template } from './template';
import { version } from './version';
import { major, minor } from './version-line';

/** The rule names in `tags`. Anything else is a literal tag, or a template if it contains a brace. */
const NAMED_KINDS = { sha, version, minor, major, latest, edge, branch, pr, hash, date, match, channel, next, alpha, beta, rc };

/** All kinds of rules. */
export const RULE_KINDS = { ...NAMED_KINDS, literal, template };

export type RuleName = keyof typeof NAMED_KINDS;
export type KindName = keyof typeof RULE_KINDS;

export const RULE_NAMES = Object.keys(NAMED_KINDS) as readonly RuleName[];
export const KIND_NAMES = Object.keys(RULE_KINDS) as readonly KindName[];

export function isRuleName(word: unknown): word is RuleName {
  return (RULE_NAMES as readonly unknown[]).includes(word);
}

/** The source of a rule's tag, by its kind. */
export type RuleSource = ReturnType<(typeof RULE_KINDS)[KindName]['make']>;

/** The tag of one rule, or why it gives none. */
export function applyRule(source: RuleSource, facts: TagFacts): TagCandidate | string {
  const { apply }: Pick<RuleKind<never, never>, 'apply'> = RULE_KINDS[source.kind];
  // The source was made by this kind.
  return apply(source as never, facts);
}
