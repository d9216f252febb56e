import { type OptionValues } from '../grammar/rule-options';
import { type Patterns, type When } from '../grammar/when';
import { RULE_KINDS, type KindName } from '../kinds/rule-kinds';
import { type CommonRuleOptions, type TagRule } from './tag-rule';
import { type WrittenRule } from './written-tag-rule';

/** A rule as a map, once nothing is wrong with it. */
export type RuleOptions = Partial<WrittenRule> & OptionValues;

/** Fills in what a rule does not say. */
export function makeRule(options: RuleOptions, versionPrefix: string): TagRule {
  const { prefix, suffix, floating, when } = options;
  const { defaultPrefix = '' } = RULE_KINDS[kindOf(options)];
  const frame: CommonRuleOptions = {
    label: labelOf(options),
    prefix: String(prefix ?? (defaultPrefix === 'version' ? versionPrefix : defaultPrefix)),
    suffix: String(suffix ?? ''),
    ...(floating !== undefined && { floating }),
    ...(when !== undefined && { when: makeWhen(when) }),
  };
  return { ...frame, ...RULE_KINDS[kindOf(options)].make(options) };
}

/** A rule that says nothing of a literal or a template has a word that is known. */
function kindOf({ rule, literal, template }: RuleOptions): KindName {
  if (literal !== undefined) return 'literal';
  return template === undefined ? (rule as KindName) : 'template';
}

function labelOf({ rule, literal, template, name }: RuleOptions): string {
  if (rule === 'channel') return String(name);
  return String(rule ?? literal ?? template);
}

function makeWhen(written: NonNullable<RuleOptions['when']>): When {
  const entries = Object.entries(written as Readonly<Record<string, string | Patterns>>);
  return Object.fromEntries(entries.map(([kind, patterns]) => [kind, typeof patterns === 'string' ? [patterns] : patterns]));
}
