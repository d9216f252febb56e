import { z } from 'zod';

import { refuse, type ValueProblem } from '../../text/describe-issue';
import { isTag } from '../grammar/tag-grammar';
import { defineKind } from './rule-kind';

/** A tag as written. */
export const literal = defineKind({
  options: {
    literal: z
      .string()
      .check(refuse(checkLiteral))
      .meta({ description: 'A literal tag, even if a rule has the same name.', examples: ['stable'] }),
  },
  make: ({ literal: tag }) => ({ kind: 'literal', tag }),
  apply: ({ tag }) => ({ text: tag, isFloating: true }),
});

function checkLiteral(tag: string): readonly ValueProblem[] {
  if (isTag(tag)) return [];
  const fix = 'A tag has 1 to 128 of A–Z a–z 0–9 _ . - and starts with a letter, a digit or _.';
  const shown = tag.slice(0, 150);
  const column = /[^\w.-]/.exec(shown)?.index ?? (/^\w/.test(shown) ? undefined : 0);
  return [{ what: `\`${shown}\` is not a tag`, fix, ...(column !== undefined && shown !== '' && { at: { text: shown, column } }) }];
}
