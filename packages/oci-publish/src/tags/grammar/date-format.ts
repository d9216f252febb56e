/** A parsed date format: parts of the date, and literal text between them. */
export type DateFormat = readonly (string | { readonly part: DatePart })[];

const PARTS = ['YYYY', 'YY', 'MM', 'DD', 'HH', 'mm', 'ss', 'X'] as const;
export type DatePart = (typeof PARTS)[number];

export const UTC = 'UTC';

/** `20260131`. */
export const DEFAULT_DATE_FORMAT: DateFormat = [{ part: 'YYYY' }, { part: 'MM' }, { part: 'DD' }];

export type ParsedDateFormat = { readonly format: DateFormat } | { readonly what: string; readonly fix: string; readonly column: number };

/**
 * Parses a date format: `YYYY YY MM DD HH mm ss`, `X` for seconds since 1970, `[literal text]`, and `.`, `-`, `_` and digits
 * between them.
 */
export function parseDateFormat(text: string): ParsedDateFormat {
  const format: (string | { readonly part: DatePart })[] = [];
  for (let column = 0; column < text.length;) {
    const rest = text.slice(column);
    const part = PARTS.find((candidate) => rest.startsWith(candidate));
    const quoted = /^\[([\w.-]*)\]/.exec(rest);
    const plain = /^[\d._-]+/.exec(rest);
    if (part !== undefined) format.push({ part });
    else if (quoted?.[1] !== undefined) format.push(quoted[1]);
    else if (plain !== null) format.push(plain[0]);
    else return describeUnknownPart(rest, column);
    column += part?.length ?? quoted?.[0].length ?? plain?.[0].length ?? 1;
  }
  return { format };
}

function describeUnknownPart(rest: string, column: number): ParsedDateFormat {
  return {
    what: `the date format has no part \`${rest.slice(0, 1)}\``,
    fix: `use ${PARTS.join(', ')}, the signs . - _, and other letters in [brackets]`,
    column,
  };
}

/** Whether the format includes the minute: then two publishes never share its tag, and the tag does not move. */
export function hasTime(format: DateFormat): boolean {
  return format.some((piece) => typeof piece !== 'string' && ['mm', 'ss', 'X'].includes(piece.part));
}

/** @param timeZone an IANA name: `Europe/Berlin`. */
export function formatDate(timeMs: number, format: DateFormat, timeZone: string): string {
  const calendar = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const found = new Map(calendar.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const get = (type: Intl.DateTimeFormatPartTypes, length = 2): string => (found.get(type) ?? '').padStart(length, '0');
  const values: Readonly<Record<DatePart, string>> = {
    YYYY: get('year', 4),
    YY: get('year', 4).slice(-2),
    MM: get('month'),
    DD: get('day'),
    HH: get('hour'),
    mm: get('minute'),
    ss: get('second'),
    X: String(Math.floor(timeMs / 1000)),
  };
  return format.map((piece) => (typeof piece === 'string' ? piece : values[piece.part])).join('');
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
