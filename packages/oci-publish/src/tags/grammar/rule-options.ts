import { describePatternProblem } from './bounded-regex';
import { isTimeZone, parseDateFormat } from './date-format';
import { type ValueProblem } from './rule-problem';
import { hasTagCharacters, LONGEST_TAG } from './tag-grammar';
import { checkWhen } from './check-when';

/** One option of a rule that is written as a map. */
export interface RuleOption {
  /** For editors and docs. */
  readonly about: string;
  readonly types: readonly ('string' | 'number' | 'boolean' | 'object')[];
  /** All that is wrong with a value of one of these types. */
  readonly check: (value: unknown) => readonly ValueProblem[];
}

/** Every option that a rule may have, by name. */
export const RULE_OPTIONS = {
  prefix: text('Written before what the rule gives.', checkAffix),
  suffix: text('Written after what the rule gives.', checkAffix),
  floating: { about: 'Whether the tag moves; each rule has its own default.', types: ['boolean'], check: fine },
  when: {
    about: 'When the rule applies: `branch`, `tag` and `event`, each a pattern or a list of patterns.',
    types: ['object'],
    check: checkWhen,
  },
  length: { about: 'How many characters of the commit or digest: 4 to 64.', types: ['number'], check: checkLength },
  allowZero: { about: 'Also set v0 and v0.0, which promise no compatibility.', types: ['boolean'], check: fine },
  format: text('Format of the date: YYYY YY MM DD HH mm ss X, other letters in [brackets].', checkFormat),
  timeZone: text('Time zone of the date, as Europe/Berlin; UTC by default.', checkTimeZone),
  of: text('Whose date: of the `run` (default) or of the `commit`.', checkSource),
  pattern: text('Regular expression that the git tag must match.', checkPattern),
  group: {
    about: 'Number or name of the group that becomes the tag; the whole match by default.',
    types: ['number', 'string'],
    check: checkGroup,
  },
  name: text('Name of the channel: the tag, and the pre-release identifier that may take it.', checkAffix),
  stable: { about: 'Whether stable releases take the channel, too.', types: ['boolean'], check: fine },
} as const satisfies Readonly<Record<string, RuleOption>>;

export type OptionName = keyof typeof RULE_OPTIONS;

/** Those that every rule may have. */
export const COMMON_OPTIONS: readonly OptionName[] = ['prefix', 'suffix', 'floating', 'when'];

/** Whether `date` is the time of the publish or of the commit. */
const DATE_SOURCES = ['run', 'commit'] as const;

/** What a rule says beside its kind, once nothing is wrong with it. */
export interface OptionValues {
  readonly literal?: string | number;
  readonly template?: string;
  readonly length?: number;
  readonly allowZero?: boolean;
  readonly format?: string | number;
  readonly timeZone?: string;
  readonly of?: (typeof DATE_SOURCES)[number];
  readonly pattern?: string | number;
  readonly group?: number | string;
  readonly name?: string | number;
  readonly stable?: boolean;
}

function text(about: string, check: (value: string) => readonly ValueProblem[]): RuleOption {
  return { about, types: ['string'], check: (value) => check(String(value)) };
}

function fine(): readonly ValueProblem[] {
  return [];
}

function checkAffix(value: string): readonly ValueProblem[] {
  if (value.length >= LONGEST_TAG) return [{ what: `it is longer than a tag may be`, fix: `use at most ${LONGEST_TAG} characters` }];
  if (hasTagCharacters(value)) return [];
  const column = value.search(/[^\w.-]/);
  return [
    { what: `\`${value[column] ?? ''}\` is not allowed in a tag`, fix: 'use letters, digits, and . _ -', at: { text: value, column } },
  ];
}

function checkLength(value: unknown): readonly ValueProblem[] {
  if (Number.isInteger(value) && Number(value) >= 4 && Number(value) <= 64) return [];
  return [{ what: `${String(value)} is not a length`, fix: 'write a number from 4 to 64' }];
}

function checkFormat(value: string): readonly ValueProblem[] {
  const parsed = parseDateFormat(value);
  return 'format' in parsed ? [] : [{ what: parsed.what, fix: parsed.fix, at: { text: value, column: parsed.column } }];
}

function checkTimeZone(value: string): readonly ValueProblem[] {
  return isTimeZone(value) ? [] : [{ what: `\`${value}\` is not a time zone`, fix: 'write its IANA name, as Europe/Berlin' }];
}

function checkSource(value: string): readonly ValueProblem[] {
  if ((DATE_SOURCES as readonly string[]).includes(value)) return [];
  return [{ what: `\`${value}\` has no date`, fix: `use ${DATE_SOURCES.map((source) => `\`${source}\``).join(' or ')}` }];
}

function checkPattern(value: string): readonly ValueProblem[] {
  const why = describePatternProblem(value);
  return why === undefined ? [] : [{ what: 'it is not a valid regular expression', fix: why }];
}

function checkGroup(value: unknown): readonly ValueProblem[] {
  const isNumber = Number.isInteger(value) && Number(value) >= 0;
  if (isNumber || (typeof value === 'string' && /^(?:\d{1,3}|[A-Za-z_]\w*)$/.test(value))) return [];
  return [{ what: `${String(value)} is not a group`, fix: 'write the number of a group, or its name' }];
}
