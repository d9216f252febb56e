import { nearestName } from '@nx-oci/model';
import { z } from 'zod';

import { EVENTS } from '../../ci/facts/ci-facts';
import { closedMap, refuse, type ValueProblem } from '../../text/describe-issue';
import { suggestName } from '../../text/problem';
import { describePatternProblem } from './bounded-regex';
import { regexIn } from './when';

const patterns = (check: (pattern: string) => readonly ValueProblem[]) => {
  const one = z.string().check(refuse(check));
  const list = z.array(one).min(1, 'is empty → name at least one');
  return z.union([list.readonly(), one.transform((only) => [only] as const)], 'text or a list of texts').optional();
};

/** Where a rule applies: every given key must match, each by one of its patterns. */
export const whenSchema = closedMap({
  branch: patterns(checkPattern).describe('Branches, as globs or /regular expressions/; start with ! to exclude.'),
  tag: patterns(checkPattern).describe('Git tags, as globs or /regular expressions/.'),
  event: patterns(checkEvent).describe('push, tag, pullRequest, schedule, manual, other or local.'),
})
  .check(refuse((when) => (Object.keys(when).length > 0 ? [] : [EMPTY])))
  .meta({ id: 'when', minProperties: 1 });

const EMPTY: ValueProblem = { what: 'it is empty', fix: 'give branch, tag, event, or leave it out' };

function checkEvent(word: string): readonly ValueProblem[] {
  const name = word.replace(/^!/, '');
  if ((EVENTS as readonly string[]).includes(name)) return [];
  return [{ what: `\`${word}\` is not an event`, fix: suggestName(nearestName(name, EVENTS), EVENTS) }];
}

function checkPattern(pattern: string): readonly ValueProblem[] {
  if (pattern === '' || pattern === '!') {
    return [{ what: `\`${pattern}\` is not a pattern`, fix: 'write a glob like release/*, or a regular expression between slashes' }];
  }
  const why = describePatternProblem(regexIn(pattern) ?? '');
  return why === undefined ? [] : [{ what: `\`${pattern}\` is not a valid regular expression`, fix: why }];
}
