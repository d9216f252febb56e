import { fitTag } from './grammar/tag-grammar';
import { type TagRule } from './rules/tag-rule';

/**
 * The tags whose names do not depend on commit or version. Pure.
 *
 * Includes `latest`, although a pre-release does not set it: reading it does no harm. Leaves out rules with a `when`, which
 * usually do not apply.
 */
export function staticTags(rules: readonly TagRule[]): readonly string[] {
  return rules.flatMap((rule) => {
    if (rule.when !== undefined || (rule.kind !== 'literal' && rule.kind !== 'latest')) return [];
    return fitTag(rule.prefix, rule.kind === 'literal' ? rule.tag : 'latest', rule.suffix) ?? [];
  });
}
