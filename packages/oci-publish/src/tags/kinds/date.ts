import { NO_COMMIT } from '../facts/tag-candidate';
import { DEFAULT_DATE_FORMAT, formatDate, hasTime, parseDateFormat, UTC } from '../grammar/date-format';
import { defineKind } from './rule-kind';

/** The day, or the moment, of the publish or of the commit. */
export const date = defineKind({
  options: ['format', 'timeZone', 'of'],
  make: ({ format, timeZone = UTC, of = 'run' }) => ({ kind: 'date', format: readFormat(format), timeZone, of }),
  apply: ({ of, format, timeZone }, { commitTime, nowMs }) => {
    const time = of === 'commit' ? commitTime : nowMs;
    if (time === undefined) return NO_COMMIT;
    return { text: formatDate(new Date(time).getTime(), format, timeZone), isFloating: !hasTime(format) };
  },
});

function readFormat(format: string | number | undefined) {
  const parsed = format === undefined ? undefined : parseDateFormat(String(format));
  return parsed !== undefined && 'format' in parsed ? parsed.format : DEFAULT_DATE_FORMAT;
}
