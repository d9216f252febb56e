import { explainNoGitTag } from '../facts/tag-facts';
import { matchBounded } from '../grammar/bounded-regex';
import { slug } from '../grammar/tag-grammar';
import { defineKind } from './rule-kind';

/** The part of the git tag that a regular expression finds. */
export const match = defineKind({
  options: ['pattern', 'group'],
  required: { options: ['pattern'], example: "{ rule: match, pattern: '^v(.*)$', group: 1 }" },
  make: ({ pattern, group = 0 }) => ({ kind: 'match', pattern: String(pattern), group }),
  apply: ({ pattern, group }, { gitTags, event }) => {
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
  },
});
