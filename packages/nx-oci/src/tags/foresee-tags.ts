import { type TagRule } from './tag-rule';

/**
 * The tags whose names do not depend on commit or version. Pure.
 *
 * `latest` is among them, though a pre-release does not take it: to have looked at it then does no harm.
 */
export function foreseeTags(rules: readonly TagRule[]): readonly string[] {
  return rules.flatMap((rule) => {
    if (rule.kind === 'literal') return [rule.tag];
    return rule.name === 'latest' ? [`${rule.prefix}latest`] : [];
  });
}
