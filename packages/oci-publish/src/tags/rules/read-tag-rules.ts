import { nearestName } from '@nx-oci/model';

import { suggestName } from '../../text/problem';
import { isRuleName, KIND_NAMES, RULE_KINDS, RULE_NAMES, type KindName, type RuleName } from '../kinds/rule-kinds';
import { makeRule, type RuleOptions } from './make-rule';
import { COMMON_OPTIONS, RULE_OPTIONS, type OptionName } from '../grammar/rule-options';
import { type RuleProblem } from '../grammar/rule-problem';
import { isTag } from '../grammar/tag-grammar';
import { type TagRule } from './tag-rule';
import { describeNumber, IN_QUOTES } from '../../text/written-text';
import { LONGEST_TEMPLATE, parseTemplate } from '../grammar/parse-template';

/** A list of rules as far as it could be read, and all that is wrong with it. */
export interface ReadTagRules {
  readonly rules: readonly TagRule[];
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads the rules as written, whatever that is: it comes from a file. All mistakes are returned together.
 *
 * @param versionPrefix stands before `version`, `minor` and `major` where a rule says nothing.
 */
export function readTagRules(written: readonly unknown[], versionPrefix: string): ReadTagRules {
  const problems: RuleProblem[] = [];
  const rules = written.flatMap((entry, index) => {
    const found = findProblems(entry);
    problems.push(...found.map((problem) => ({ ...problem, path: [index, ...problem.path] })));
    return found.length === 0 ? [makeRule(toOptions(entry), versionPrefix)] : [];
  });
  if (written.length === 0) {
    problems.push({ path: [], what: '`tags` is empty', fix: `name at least one of ${RULE_NAMES.join(', ')}, or a literal tag` });
  }
  return { rules, problems };
}

/** A rule as a map with one kind, from whatever way it was written in. */
function toOptions(entry: unknown): RuleOptions {
  if (typeof entry === 'object' && entry !== null) return entry;
  const text = String(entry);
  if (isRuleName(text)) return { rule: text };
  if (text.startsWith(LITERAL)) return { literal: text.slice(LITERAL.length) };
  return text.includes('{') ? { template: text } : { literal: text };
}

function findProblems(entry: unknown): readonly RuleProblem[] {
  if (typeof entry === 'string') return checkWord(entry);
  if (typeof entry === 'number') return [{ path: [], what: describeNumber(entry), fix: IN_QUOTES }];
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return [{ path: [], what: 'a tag rule is neither text nor a map', fix: 'write a word, or a map with `rule`, `literal` or `template`' }];
  }
  return checkMap(entry as Readonly<Record<string, unknown>>);
}

/** `literal:lates` is `{ literal: lates }` where no map can be written, as on the command line; no tag has a colon. */
const LITERAL = 'literal:';

function checkWord(word: string): readonly RuleProblem[] {
  if (isRuleName(word)) return requiredOf(word).length === 0 ? [] : [missingOptions(word)];
  if (word.startsWith(LITERAL)) return checkLiteral(word.slice(LITERAL.length), []);
  if (word.includes('{')) return checkTemplate(word, []);
  // Refuses only what one typing error makes of a rule, since a literal tag may look alike: `rc1` and `v2` are allowed.
  const meant = /\d/.test(word) ? undefined : nearestName(word, RULE_NAMES, { mostMistakes: 1 });
  if (meant === undefined) return checkLiteral(word, []);
  const fix = `did you mean \`${meant}\`? For a tag of that very name, write ${LITERAL}${word}.`;
  return [{ path: [], what: `\`${word}\` is not a tag rule`, fix }];
}

const KINDS = ['rule', 'literal', 'template'] as const;

function checkMap(entry: Readonly<Record<string, unknown>>): readonly RuleProblem[] {
  const kinds = KINDS.filter((kind) => entry[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const what =
      kind === undefined ? 'a tag rule has no `rule`, `literal` or `template`' : `a tag rule has ${kinds.map(quote).join(' and ')}`;
    return [{ path: [], what: kind === undefined ? addMeant(what, entry) : what, fix: 'give one of the three' }];
  }
  const value = entry[kind];
  if (typeof value === 'number') return [{ path: [kind], what: describeNumber(value), fix: IN_QUOTES }];
  if (typeof value !== 'string') return [{ path: [kind], what: `\`${kind}\` is not a text`, fix: 'write a text' }];
  const text = value;
  if (kind === 'rule' && !isRuleName(text)) return [unknownRule(text)];
  const own = kind === 'literal' ? checkLiteral(text, [kind]) : kind === 'template' ? checkTemplate(text, [kind]) : [];
  return [...own, ...checkOptions(kind === 'rule' ? (text as RuleName) : kind, kind, entry)];
}

function addMeant(what: string, entry: Readonly<Record<string, unknown>>): string {
  const misspelt = Object.keys(entry).find((key) => nearestName(key, KINDS) !== undefined);
  return misspelt === undefined ? what : `${what}, but \`${misspelt}\``;
}

function unknownRule(word: string): RuleProblem {
  return { path: ['rule'], what: `\`${word}\` is not a tag rule`, fix: suggestName(nearestName(word, RULE_NAMES), RULE_NAMES) };
}

function checkOptions(kind: KindName, kindKey: string, entry: Readonly<Record<string, unknown>>): readonly RuleProblem[] {
  const problems = Object.entries(entry)
    .filter(([name, value]) => name !== kindKey && value !== undefined)
    .flatMap(([name, value]) => checkOption(kind, [name, value]));
  const isMissing = requiredOf(kind).some((name) => entry[name] === undefined);
  return isMissing ? [...problems, missingOptions(kind)] : problems;
}

function optionsOf(kind: KindName): readonly OptionName[] {
  return [...COMMON_OPTIONS, ...(RULE_KINDS[kind].options ?? [])];
}

function requiredOf(kind: KindName): readonly OptionName[] {
  return RULE_KINDS[kind].required?.options ?? [];
}

function checkOption(kind: KindName, [name, value]: readonly [string, unknown]): readonly RuleProblem[] {
  const option = optionsOf(kind).find((candidate) => candidate === name);
  if (option === undefined) return [unknownOption(kind, name)];
  const { types, check } = RULE_OPTIONS[option];
  if (typeof value === 'number' && !(types as readonly string[]).includes('number')) {
    return [{ path: [name], what: `\`${name}\` of \`${kind}\`: ${describeNumber(value)}`, fix: IN_QUOTES }];
  }
  if (!(types as readonly string[]).includes(typeof value) || value === null) {
    return [{ path: [name], what: `\`${name}\` of \`${kind}\` is not a ${types.join(' or ')}`, fix: `write a ${types.join(' or ')}` }];
  }
  if (name === 'floating' && value === false && RULE_KINDS[kind].alwaysFloats === true) {
    return [{ path: [name], what: `\`${kind}\` always floats`, fix: 'remove `floating`, or write the tag as a { literal: … }' }];
  }
  return check(value).map((problem) => ({
    ...problem,
    path: [name, ...(problem.path ?? [])],
    what: `\`${name}\` of \`${kind}\`: ${problem.what}`,
  }));
}

function unknownOption(kind: KindName, name: string): RuleProblem {
  const owners = KIND_NAMES.filter((other) => optionsOf(other).some((option) => option === name));
  const fix =
    owners.length > 0 ? `it belongs to ${owners.map(quote).join(', ')}` : suggestName(nearestName(name, optionsOf(kind)), optionsOf(kind));
  return { path: [name], isKey: true, what: `\`${name}\` is not an option of \`${kind}\``, fix };
}

function missingOptions(kind: KindName): RuleProblem {
  const { example = '' } = RULE_KINDS[kind].required ?? {};
  return { path: [], what: `\`${kind}\` needs ${requiredOf(kind).map(quote).join(', ')}`, fix: `write ${example}` };
}

function checkLiteral(tag: string, path: RuleProblem['path']): readonly RuleProblem[] {
  if (isTag(tag)) return [];
  const fix = 'A tag has 1 to 128 of A–Z a–z 0–9 _ . - and starts with a letter, a digit or _.';
  const shown = tag.slice(0, 150);
  const column = /[^\w.-]/.exec(shown)?.index ?? (/^\w/.test(shown) ? undefined : 0);
  return [{ path, what: `\`${shown}\` is not a tag`, fix, ...(column !== undefined && shown !== '' && { at: { text: shown, column } }) }];
}

function checkTemplate(text: string, path: RuleProblem['path']): readonly RuleProblem[] {
  const shown = text.length > LONGEST_TEMPLATE ? `${text.slice(0, 60)}…` : text;
  return parseTemplate(text).problems.map(({ what, fix, column }) => ({
    path,
    what: `\`${shown}\`: ${what}`,
    fix,
    ...(shown === text && { at: { text, column } }),
  }));
}

function quote(name: string): string {
  return `\`${name}\``;
}
