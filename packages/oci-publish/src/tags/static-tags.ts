import { fitTag } from './grammar/tag-grammar';
import { type TagRule } from './rules/tag-rule';

/**
 * The tags whose names do not depend on commit or version. Pure.
 *
 * `latest` is among them, though a pre-release does not take it: reading it then does no harm. A rule that applies
 * somewhere only is left out, since it mostly does not.
 */
export function staticTags(rules: readonly TagRule[]): readonly string[] {
  return rules.flatMap((rule) => {
    if (rule.when !== undefined || (rule.kind !== 'literal' && rule.kind !== 'latest')) return [];
    return fitTag(rule.prefix, rule.kind === 'literal' ? rule.tag : 'latest', rule.suffix) ?? [];
  });
}
