import { SHORT_COMMIT_LENGTH } from '../../git/short-commit';
import { DEFAULT_DATE_FORMAT, parseDateFormat } from './date-format';
import { parseTemplate } from './parse-template';
import { type RuleName } from './rule-names';
import { type CommonRuleOptions, type RuleSource, type TagRule } from './tag-rule';
import { type Patterns, type When } from './when';
import { type WrittenRule } from './written-tag-rule';

/** A rule as a map, once nothing is wrong with it. */
export type RuleOptions = Partial<WrittenRule> & { readonly literal?: string | number; readonly template?: string };

/** Two images of one repository share so many by chance once in 280 million million. */
const SHORT_HASH_LENGTH = 12;
const UTC = 'UTC';

/** Fills in what a rule does not say. */
export function makeRule(options: RuleOptions, versionPrefix: string): TagRule {
  const { prefix, suffix, floating, when } = options;
  const frame: CommonRuleOptions = {
    label: labelOf(options),
    prefix: String(prefix ?? defaultPrefix(options.rule, versionPrefix)),
    suffix: String(suffix ?? ''),
    ...(floating !== undefined && { floating }),
    ...(when !== undefined && { when: makeWhen(when) }),
  };
  return { ...frame, ...makeSource(options) };
}

function labelOf({ rule, literal, template, name }: RuleOptions): string {
  if (rule === 'channel') return String(name);
  return String(rule ?? literal ?? template);
}

function makeSource(options: RuleOptions): RuleSource {
  const { literal, template, timeZone } = options;
  if (literal !== undefined) return { kind: 'literal', tag: String(literal) };
  if (template !== undefined) return { kind: 'template', pieces: parseTemplate(template).pieces, timeZone: timeZone ?? UTC };
  return makeNamed(options.rule as RuleName, options);
}

function makeNamed(rule: RuleName, options: RuleOptions): RuleSource {
  const { length, allowZero, format, timeZone, of, pattern, group, name, stable = false } = options;
  switch (rule) {
    case 'sha':
      return { kind: rule, length: length ?? SHORT_COMMIT_LENGTH };
    case 'hash':
      return { kind: rule, length: length ?? SHORT_HASH_LENGTH };
    case 'minor':
    case 'major':
      return { kind: rule, allowZero: allowZero ?? false };
    case 'date':
      return { kind: rule, format: readFormat(format), timeZone: timeZone ?? UTC, of: of ?? 'run' };
    case 'match':
      return { kind: rule, pattern: String(pattern), group: group ?? 0 };
    case 'channel':
      return { kind: rule, name: String(name), stable };
    case 'next':
    case 'alpha':
    case 'beta':
    case 'rc':
      return { kind: 'channel', name: rule, stable };
    default:
      return { kind: rule };
  }
}

function readFormat(format: string | number | undefined) {
  const parsed = format === undefined ? undefined : parseDateFormat(String(format));
  return parsed !== undefined && 'format' in parsed ? parsed.format : DEFAULT_DATE_FORMAT;
}

function makeWhen(written: NonNullable<RuleOptions['when']>): When {
  const entries = Object.entries(written as Readonly<Record<string, string | Patterns>>);
  return Object.fromEntries(entries.map(([kind, patterns]) => [kind, typeof patterns === 'string' ? [patterns] : patterns]));
}

function defaultPrefix(rule: string | undefined, versionPrefix: string): string {
  if (rule === 'version' || rule === 'minor' || rule === 'major') return versionPrefix;
  return rule === 'pr' ? 'pr-' : '';
}
