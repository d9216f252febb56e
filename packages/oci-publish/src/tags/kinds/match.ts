import { z } from 'zod';

import { nearestName } from '@nx-oci/model';

import { suggestName } from '../../text/problem';
import { refuse, wholeNumber, type ValueProblem } from '../../text/describe-issue';
import { explainNoGitTag } from '../facts/tag-facts';
import { describePatternProblem, groupNames, matchBounded } from '../grammar/bounded-regex';
import { slug } from '../grammar/tag-grammar';
import { defineKind } from './rule-kind';

/** The part of the git tag that a regular expression matches. */
export const match = defineKind({
  options: {
    pattern: z
      .string()
      .check(refuse(checkPattern))
      .meta({ description: 'Regular expression that the git tag must match.', examples: ['^api-(.+)$'] }),
    group: z
      .union([wholeNumber(0, 999), z.string().check(refuse(checkGroup))], 'a number or a name')
      .default(0)
      .describe('Number or name of the group that becomes the tag; the whole match by default.'),
  },
  example: "{ rule: match, pattern: '^v(.*)$', group: 1 }",
  check: ({ pattern, group }) => {
    const known = groupNames(pattern);
    if (Number(group) === 0 || known.includes(String(group))) return [];
    const has = known.length === 0 ? 'no groups' : `only ${known.length === 1 ? 'the group' : 'the groups'} ${known.join(', ')}`;
    const fix =
      known.length === 0
        ? 'put ( ) around the part that becomes the tag, or remove `group`'
        : suggestName(nearestName(String(group), known), known);
    return [{ path: ['group'], what: `it is ${group}, but the pattern has ${has}`, fix }];
  },
  make: ({ pattern, group }) => ({ kind: 'match', pattern, group }),
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

function checkGroup(name: string): readonly ValueProblem[] {
  if (/^(?:\d{1,3}|[A-Za-z_]\w*)$/.test(name)) return [];
  return [{ what: `${name} is not a group`, fix: 'write the number of a group, or its name' }];
}

function checkPattern(pattern: string): readonly ValueProblem[] {
  const why = describePatternProblem(pattern);
  return why === undefined ? [] : [{ what: 'it is not a valid regular expression', fix: why }];
}
