import { z } from 'zod';

import { refuse, type ValueProblem } from '../../text/describe-issue';
import { NO_COMMIT } from '../facts/tag-candidate';
import { DEFAULT_DATE_FORMAT, formatDate, hasTime, parseDateFormat, UTC } from '../grammar/date-format';
import { timeZone } from '../grammar/rule-options';
import { defineKind } from './rule-kind';

/** The day, or the moment, of the publish or of the commit. */
export const date = defineKind({
  options: {
    format: z
      .string()
      .check(refuse(checkFormat))
      .optional()
      .meta({
        description: 'Format of the date: YYYY YY MM DD HH mm ss X, other letters in [brackets].',
        examples: ['YYYYMMDD', 'YYYY-MM-DD'],
      }),
    timeZone: timeZone.default(UTC),
    of: z.enum(['run', 'commit']).default('run').describe('Whose date: of the `run` (default) or of the `commit`.'),
  },
  make: ({ format, timeZone, of }) => ({ kind: 'date', format: readFormat(format), timeZone, of }),
  apply: ({ of, format, timeZone }, { commitTime, nowMs }) => {
    const time = of === 'commit' ? commitTime : nowMs;
    if (time === undefined) return NO_COMMIT;
    return { text: formatDate(new Date(time).getTime(), format, timeZone), isFloating: !hasTime(format) };
  },
});

function readFormat(text: string | undefined) {
  const parsed = text === undefined ? undefined : parseDateFormat(text);
  return parsed !== undefined && 'format' in parsed ? parsed.format : DEFAULT_DATE_FORMAT;
}

function checkFormat(text: string): readonly ValueProblem[] {
  const parsed = parseDateFormat(text);
  return 'format' in parsed ? [] : [{ what: parsed.what, fix: parsed.fix, at: { text, column: parsed.column } }];
}
