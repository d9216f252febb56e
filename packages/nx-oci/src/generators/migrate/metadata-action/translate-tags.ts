import { type Condition, isAlways } from '../expressions/conditions';
import { parseRows, type Row } from './parse-row';
import { ROW_KINDS, type RowMeaning, type RuleMap } from './row-kinds';
import { restrictRule } from './restrict-rules';
import { translateCondition } from './translate-condition';

/** A list of docker/metadata-action as ours, for `exactVersion: false`. */
export interface TranslatedTags {
  /** Entries of `tags`, each as short as it can be written. */
  readonly tags: readonly (string | RuleMap)[];
  /** Variables that `publish.env` has to list. */
  readonly env: readonly string[];
  /** What could not be taken over, or is different. */
  readonly notes: readonly string[];
  readonly releasePattern?: string;
  readonly release?: string;
}

// The rows of an empty list.
const DEFAULT_ROWS = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'].join('\n');
// Of kinds without `priority`; the first row that gives a tag decides about `latest`.
const PRIORITIES: Readonly<Record<string, number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};
const OWN_PREFIXES = ['sha', 'pr'];

/**
 * Translates the inputs `tags` and `flavor` of docker/metadata-action.
 *
 * @see docs/coming-from/metadata-action.md
 */
export function translateTags(tags: string, flavor: string): TranslatedTags {
  const rows = parseRows(tags.trim() === '' ? DEFAULT_ROWS : tags).map(withoutOpenAffixes);
  const affixes = readFlavor(flavor);
  const translated = rows.map((row) => ({ row, meaning: translateRow(row, affixes) }));
  const meanings = translated.map(({ meaning }) => meaning);
  const written = meanings.flatMap((meaning) => meaning.rules);
  const preReleases = meanings.flatMap(({ preRelease }) => (preRelease === undefined ? [] : [preRelease]));
  const rules = [...written, ...(written.some(isExactVersion) ? [] : preReleases), ...latestRules(translated, affixes)];
  const releasePattern = meanings.find((meaning) => meaning.releasePattern !== undefined)?.releasePattern;
  const release = meanings.find((meaning) => meaning.release !== undefined)?.release;
  return {
    tags: unique(rules).map(shorten),
    env: [...new Set(meanings.flatMap(({ env = [] }) => env))],
    notes: [...new Set(meanings.flatMap(({ notes = [] }) => notes))],
    ...(releasePattern !== undefined && { releasePattern }),
    ...(release !== undefined && { release }),
  };
}

function isExactVersion({ rule, floating }: RuleMap): boolean {
  return rule === 'version' || (rule === 'match' && floating === false);
}

const FIELDS_OF_REFS: Readonly<Record<string, string>> = { branch: '{{branch}}', tag: '{{tag}}' };

/** A prefix or suffix with a field (`prefix={{branch}}-`) makes a row one with a template. */
function withoutOpenAffixes(row: Row): Row {
  const { type = 'raw', prefix = '', suffix = '', format, event = '', value, ...rest } = row;
  if (!`${prefix}${suffix}`.includes('{{')) return row;
  const fields: Readonly<Record<string, string | undefined>> = {
    raw: value,
    sha: format === 'long' ? '${{ github.sha }}' : '{{sha}}',
    ref: FIELDS_OF_REFS[event],
  };
  const field = fields[type];
  // Of the other kinds this is rare; they get a note.
  if (field === undefined) return { ...rest, type: `${type},prefix=${prefix},suffix=${suffix}` };
  return {
    ...rest,
    type: 'raw',
    value: `${prefix}${field}${suffix}`,
    prefix: '',
    suffix: '',
    priority: row['priority'] ?? String(PRIORITIES[type] ?? 0),
  };
}

interface Flavor {
  readonly latest: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly latestAffixes: { readonly prefix?: string; readonly suffix?: string };
}

function readFlavor(flavor: string): Flavor {
  const rows = parseRows(flavor);
  const last = (name: string) => rows.findLast((row) => row[name] !== undefined);
  const [prefix, suffix] = [last('prefix'), last('suffix')];
  const onLatest = (row: Row | undefined) => row?.['onlatest'] === 'true';
  return {
    latest: last('latest')?.['latest'] ?? 'auto',
    prefix: prefix?.['prefix'] ?? '',
    suffix: suffix?.['suffix'] ?? '',
    latestAffixes: {
      ...(onLatest(prefix) && { prefix: prefix?.['prefix'] ?? '' }),
      ...(onLatest(suffix) && { suffix: suffix?.['suffix'] ?? '' }),
    },
  };
}

function translateRow(row: Row, flavor: Flavor): RowMeaning {
  const type = row['type'] ?? 'raw';
  const condition = translateCondition(row['enable']);
  if (condition?.length === 0) return { rules: [] };
  const toMeaning = ROW_KINDS[type];
  if (toMeaning === undefined || condition === undefined) {
    const what = toMeaning === undefined ? `type=${type}` : `enable=${row['enable'] ?? ''}`;
    return { rules: [], notes: [`${what} has no counterpart → write this tag by hand, or set it in the job with \`--tags\``] };
  }
  const { preRelease: ofPreRelease, latest: ofLatest, ...meaning } = toMeaning(row);
  const complete = (rule: RuleMap | undefined) => (rule === undefined ? [] : restrictRule(withAffixes(rule, row, flavor), condition));
  const [preRelease] = complete(ofPreRelease);
  const [latest] = ofLatest === undefined ? [] : restrictRule(ofLatest, condition);
  return {
    ...meaning,
    rules: meaning.rules.flatMap(complete),
    ...(preRelease !== undefined && { preRelease }),
    ...(latest !== undefined && { latest }),
  };
}

/** The same tags, where a condition of their step or job holds. */
export function restrictTags(translated: TranslatedTags, condition: Condition): TranslatedTags {
  if (isAlways(condition)) return translated;
  const maps = translated.tags.map((rule) => (typeof rule === 'object' ? rule : wordToMap(rule)));
  return { ...translated, tags: unique(maps.flatMap((rule) => restrictRule(rule, condition))).map(shorten) };
}

function wordToMap(word: string): RuleMap {
  return word.includes('{') ? { template: word } : { rule: word };
}

/** A rule's own words come before those of the flavor. */
function withAffixes(rule: RuleMap, row: Row, flavor: Flavor): RuleMap {
  const hasOwn = OWN_PREFIXES.includes(String(rule['rule']));
  const own = typeof rule['prefix'] === 'string' ? rule['prefix'] : '';
  const prefix = row['prefix'] ?? (hasOwn ? undefined : `${flavor.prefix}${own}`);
  const suffix = `${typeof rule['suffix'] === 'string' ? rule['suffix'] : ''}${row['suffix'] ?? flavor.suffix}`;
  const needsPrefix = prefix !== undefined && (prefix !== '' || hasOwn || ['version', 'minor', 'major'].includes(String(rule['rule'])));
  return { ...rule, ...(needsPrefix && { prefix }), ...(suffix !== '' && { suffix }) };
}

/** The first row that gives a tag for a git tag decides whether `latest` moves with it. */
function latestRules(rows: readonly { readonly row: Row; readonly meaning: RowMeaning }[], flavor: Flavor): readonly RuleMap[] {
  if (flavor.latest === 'true') return [{ rule: 'latest', ...flavor.latestAffixes }];
  if (flavor.latest !== 'auto') return [];
  const priority = ({ row }: { readonly row: Row }) => Number(row['priority'] ?? PRIORITIES[row['type'] ?? 'raw'] ?? 0);
  const sorted = rows.toSorted((one, other) => priority(other) - priority(one)).filter(({ meaning }) => meaning.rules.length > 0);
  const first = sorted.findIndex(({ row, meaning }) => meaning.latest !== undefined || ['raw', 'sha', undefined].includes(row['type']));
  const deciding = sorted[first]?.meaning.latest;
  if (deciding === undefined) return [];
  if (sorted[first]?.row['type'] !== 'match') return [{ ...deciding, ...flavor.latestAffixes }];
  // Of several patterns, the first one that matches decides.
  const others = sorted
    .slice(first)
    .flatMap(({ row, meaning }) => (row['type'] === 'match' && meaning.latest !== undefined ? [meaning.latest] : []));
  return unique(others).map((latest) => ({ ...latest, ...flavor.latestAffixes }));
}

function unique(rules: readonly RuleMap[]): readonly RuleMap[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** A word where a map says no more. */
function shorten(rule: RuleMap): string | RuleMap {
  const { rule: word, template, ...options } = rule;
  const text = word ?? template;
  return typeof text === 'string' && Object.keys(options).length === 0 ? text : rule;
}
