import { nearestName } from '@nx-oci/model';

import { flattenUnions, isMap } from '../../text/describe-issue';
import { matchSchema } from '../../text/match-schema';
import { suggestName, type Diagnostic } from '../../text/problem';
import { describeNumber, IN_QUOTES } from '../../text/written-text';
import { type RuleProblem } from '../grammar/rule-problem';
import { isRuleName, RULE_NAMES, type KindName } from '../kinds/rule-kinds';
import { describeMistake } from './describe-mistake';
import { makeRule, type RuleOptions } from './make-rule';
import { type TagRule } from './tag-rule';
import { ruleMap } from './tag-rule-schema';

/** The valid rules of a list, and all its problems. */
export interface ReadTagRules {
  readonly rules: readonly TagRule[];
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads rules as written; the input is not validated, since it comes from a file. Returns all mistakes together.
 *
 * @param versionPrefix the default prefix of `version`, `minor` and `major`.
 */
export function readTagRules(written: readonly unknown[], versionPrefix: string): ReadTagRules {
  if (written.length === 0) return { rules: [], problems: [{ path: [], ...NO_RULES }] };
  const problems: RuleProblem[] = [];
  const rules = written.flatMap((entry, index) => {
    const read = readTagRule(entry);
    if ('kind' in read) return [makeRule(read.kind, read.options, versionPrefix)];
    problems.push(...read.problems.map((problem) => ({ ...problem, path: [index, ...problem.path] })));
    return [];
  });
  return { rules, problems };
}

export const NO_RULES = { what: '`tags` is empty', fix: `name at least one of ${RULE_NAMES.join(', ')}, or a literal tag` };

/** All that is wrong with one entry of `tags`. */
export function checkTagRule(entry: unknown): readonly RuleProblem[] {
  const read = readTagRule(entry);
  return 'kind' in read ? [] : read.problems;
}

type ReadRule = { readonly kind: KindName; readonly options: RuleOptions } | { readonly problems: readonly RuleProblem[] };

function readTagRule(entry: unknown): ReadRule {
  if (isMap(entry)) return readMap(entry);
  if (typeof entry === 'number') return refuseEntry(describeNumber(entry), IN_QUOTES);
  if (typeof entry !== 'string') {
    return refuseEntry('a tag rule is neither text nor a map', 'write a word, or a map with `rule`, `literal` or `template`');
  }
  // Refuses only rule names with one typing error, since a literal tag may look similar: `rc1` and `v2` are allowed.
  const meant = isRuleName(entry) || /[\d:{]/.test(entry) ? undefined : nearestName(entry, RULE_NAMES, { mostMistakes: 1 });
  if (meant !== undefined) {
    return refuseEntry(
      `\`${entry}\` is not a tag rule`,
      `did you mean \`${meant}\`? For a tag of that very name, write ${LITERAL}${entry}.`,
    );
  }
  const read = readMap(toMap(entry));
  // A word has no parts.
  return 'kind' in read ? read : { problems: read.problems.map((problem) => ({ ...problem, path: [] })) };
}

/** `literal:lates` means `{ literal: lates }` where a map is not possible, as on the command line; no tag contains a colon. */
const LITERAL = 'literal:';

function toMap(word: string): Readonly<Record<string, unknown>> {
  if (isRuleName(word)) return { rule: word };
  if (word.startsWith(LITERAL)) return { literal: word.slice(LITERAL.length) };
  return word.includes('{') ? { template: word } : { literal: word };
}

const KEYS = ['rule', 'literal', 'template'] as const;

function readMap(entry: Readonly<Record<string, unknown>>): ReadRule {
  const keys = KEYS.filter((key) => entry[key] !== undefined);
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    const what = key === undefined ? describeNoKind(entry) : `a tag rule has ${keys.map((one) => `\`${one}\``).join(' and ')}`;
    return refuseEntry(what, 'give one of the three');
  }
  const word = entry['rule'];
  const kind = key !== 'rule' ? key : isRuleName(word) ? word : undefined;
  if (kind === undefined) return { problems: [{ path: ['rule'], ...describeWrongWord(word) }] };
  const { data, error } = matchSchema(ruleMap(kind), entry);
  if (error === undefined) return { kind, options: data };
  return { problems: flattenUnions(error.issues).flatMap((issue) => describeMistake(kind, issue)) };
}

function describeNoKind(entry: Readonly<Record<string, unknown>>): string {
  const misspelt = Object.keys(entry).find((key) => nearestName(key, KEYS) !== undefined);
  return `a tag rule has no \`rule\`, \`literal\` or \`template\`${misspelt === undefined ? '' : `, but \`${misspelt}\``}`;
}

function describeWrongWord(word: unknown): Diagnostic {
  if (typeof word === 'number') return { what: describeNumber(word), fix: IN_QUOTES };
  if (typeof word !== 'string') return { what: '`rule` is not text', fix: 'write text' };
  return { what: `\`${word}\` is not a tag rule`, fix: suggestName(nearestName(word, RULE_NAMES), RULE_NAMES) };
}

function refuseEntry(what: string, fix: string): ReadRule {
  return { problems: [{ path: [], what, fix }] };
}
