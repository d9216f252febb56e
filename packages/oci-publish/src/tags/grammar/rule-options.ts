import { z } from 'zod';

import { refuse, wholeNumber, type ValueProblem } from '../../text/describe-issue';
import { isTimeZone } from './date-format';
import { hasTagCharacters, LONGEST_TAG } from './tag-grammar';
import { whenSchema } from './when-schema';

/** Text around a tag. */
export const affix = z.string().check(refuse(checkAffix));

/** What every rule may have beside its kind. */
export const COMMON_OPTIONS = {
  prefix: affix.optional().meta({ description: 'Written before what the rule gives.', examples: ['git-'] }),
  suffix: affix.optional().meta({ description: 'Written after what the rule gives.', examples: ['-alpine'] }),
  floating: z.boolean().optional().describe('Whether the tag moves; each rule has its own default.'),
  when: whenSchema.optional().describe('When the rule applies: `branch`, `tag` and `event`, each a pattern or a list of patterns.'),
};

export const length = wholeNumber(4, 64).describe('How many characters of the commit or digest: 4 to 64.');

export const timeZone = z.string().check(refuse(checkTimeZone)).describe('Time zone of the date, as Europe/Berlin; UTC by default.');

function checkAffix(value: string): readonly ValueProblem[] {
  if (value.length >= LONGEST_TAG) return [{ what: `it is longer than a tag may be`, fix: `use at most ${LONGEST_TAG} characters` }];
  if (hasTagCharacters(value)) return [];
  const column = value.search(/[^\w.-]/);
  return [
    { what: `\`${value[column] ?? ''}\` is not allowed in a tag`, fix: 'use letters, digits, and . _ -', at: { text: value, column } },
  ];
}

function checkTimeZone(value: string): readonly ValueProblem[] {
  return isTimeZone(value) ? [] : [{ what: `\`${value}\` is not a time zone`, fix: 'write its IANA name, as Europe/Berlin' }];
}
