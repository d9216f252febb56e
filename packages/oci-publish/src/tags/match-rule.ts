import { type TagCandidate } from './tag-candidate';
import { matchBounded } from './rules/bounded-regex';
import { explainNoGitTag, type TagFacts } from './tag-facts';
import { slug } from './rules/tag-grammar';
import { type RuleSource } from './rules/tag-rule';

/** The part of the git tag that a regular expression finds. */
export function applyMatch({ pattern, group }: RuleSource & { kind: 'match' }, { gitTags, event }: TagFacts): TagCandidate | string {
  if (gitTags.length === 0) return explainNoGitTag(event);
  for (const gitTag of gitTags) {
    const found = matchBounded(pattern, gitTag);
    if (found === 'timeout') return `the pattern takes too long for the git tag ${gitTag}: make it simpler`;
    if (found === undefined) continue;
    const text = typeof group === 'number' || /^\d+$/.test(group) ? found.groups[Number(group)] : found.named[group];
    if (text === undefined || slug(text) === '') return `group ${group} of the pattern is empty for the git tag ${gitTag}`;
    return { text: slug(text), isFloating: true, guard: 'cleanTree' };
  }
  return `${gitTags.join(', ')} does not match ${pattern}`;
}
