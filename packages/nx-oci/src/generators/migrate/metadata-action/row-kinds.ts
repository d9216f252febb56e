import { type When } from '../expressions/conditions';
import { type Row } from './parse-row';
import { translateTemplate } from './translate-template';

/** A rule of `tags`, written as a map. */
export type RuleMap = Readonly<Record<string, unknown>>;

/** What a row becomes, apart from its `enable`, prefix and suffix. */
export interface RowMeaning {
  readonly rules: readonly RuleMap[];
  /** Variables that `publish.env` has to list. */
  readonly env?: readonly string[];
  readonly notes?: readonly string[];
  /** `release.releaseTag.pattern` of nx.json, where git tags have a form of their own. */
  readonly releasePattern?: string;
  /** A version, or an expression of GitHub Actions for one, that `--release` has to get. */
  readonly release?: string;
  /** A pre-release gets its exact version in place of a line such as `1.2`. */
  readonly preRelease?: RuleMap;
  /** The git tags with which `latest=auto` moves `latest`. */
  readonly latest?: RuleMap;
}

const OF_VERSION = { tag: '*.*.*' };

/** @see https://github.com/docker/metadata-action#tags-input */
export const ROW_KINDS: Readonly<Record<string, (row: Row) => RowMeaning>> = {
  schedule: ({ pattern = 'nightly' }) => named(pattern, { event: 'schedule' }),
  semver,
  pep440,
  match,
  edge: ({ branch }) => ({ rules: [branch === undefined ? { rule: 'edge' } : { literal: 'edge', when: { branch } }] }),
  ref: ({ event = '' }) => ref(event),
  raw: ({ value = '' }) => named(value),
  sha: ({ format }) => ({ rules: [{ rule: 'sha', prefix: 'sha-', ...(format === 'long' && { length: 40 }) }] }),
};

function ref(event: string): RowMeaning {
  if (event === 'branch') return { rules: [{ rule: 'branch' }] };
  if (event === 'pr') return { rules: [{ rule: 'pr' }] };
  if (event === 'tag') return { rules: [{ template: '{gitTag}' }], latest: { rule: 'latest', when: { tag: '**' } } };
  return { rules: [], notes: [`type=ref,event=${event} is unknown`] };
}

const REF_NAME = /\$\{\{\s*github\.ref_name\s*\}\}/g;

/** A tag with a fixed name, or with fields. */
function named(text: string, when?: When): RowMeaning {
  if (text.search(REF_NAME) >= 0) {
    // The name of a branch or of a git tag; that of a pull request (`12/merge`) is not a tag.
    const [ofBranch, ofTag] = ['{{branch}}', '{{tag}}'].map((field) => named(text.replaceAll(REF_NAME, field), when));
    return { ...ofBranch, rules: [...(ofBranch?.rules ?? []), ...(ofTag?.rules ?? [])] };
  }
  const { text: translated, timeZone, env, unknown } = translateTemplate(text);
  if (unknown.length > 0) return { rules: [], notes: [noCounterpart(unknown)] };
  const [, date] = /^\{date:([^}]*)\}$/.exec(translated) ?? [];
  const zone = timeZone === undefined ? {} : { timeZone };
  if (translated === '{branch}' && when === undefined) return ref('branch');
  // A pull request has no branch there, so its tag was wrong or missing.
  const place = when ?? (/\{\{\s*branch\s*\}\}/.test(text) ? { event: '!pullRequest' } : undefined);
  const condition = place === undefined ? {} : { when: place };
  if (date !== undefined && when !== undefined) return { rules: [{ rule: 'date', format: date, ...zone, ...condition }], env };
  if (translated.includes('{')) return { rules: [{ template: translated, ...zone, ...condition }], env };
  return { rules: [{ ...(translated === 'latest' ? { rule: 'latest' } : { literal: translated }), ...condition }], env };
}

const LINES = new Set(['{{major}}.{{minor}}', '{{major}}']);

const SEMVER_RULES: Readonly<Record<string, RuleMap>> = {
  '{{version}}': { rule: 'version' },
  '{{major}}.{{minor}}': { rule: 'minor', allowZero: true, when: OF_VERSION },
  '{{major}}': { rule: 'major', allowZero: true, when: OF_VERSION },
};

function semver({ pattern = '{{version}}', value, match: form }: Row): RowMeaning {
  const [, before = '', fields = '', after = ''] =
    /^([^{]*)(\{\{.*\}\})([^}]*)$/.exec(pattern.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, '{{$1}}')) ?? [];
  const rule = SEMVER_RULES[fields];
  const meaning = rule === undefined ? named(pattern) : { rules: [{ ...rule, prefix: before, ...(after !== '' && { suffix: after }) }] };
  const releasePattern = form === undefined || value !== undefined ? undefined : releasePatternOf(form);
  const notes =
    form !== undefined && value === undefined && releasePattern === undefined
      ? [`match=${form} → set \`release.releaseTag.pattern\` of nx.json to the form of the git tags`]
      : [];
  const tag = form === undefined ? OF_VERSION.tag : asPattern(form);
  return {
    ...meaning,
    ...(LINES.has(fields) && {
      preRelease: { rule: 'version', prefix: before, ...(after !== '' && { suffix: after }), when: { tag: '*-*' } },
    }),
    notes: [...(meaning.notes ?? []), ...notes],
    ...(releasePattern !== undefined && { releasePattern }),
    ...(value !== undefined && { release: value }),
    latest: value === undefined ? { rule: 'latest', when: { tag } } : { rule: 'channel', name: 'latest', stable: true },
  };
}

/** `p1/v(.*)` is `p1/v{version}`; other expressions have no form. */
function releasePatternOf(form: string): string | undefined {
  const [, before] = /^\^?([\w./@-]*)\((?:\.[*+]|\\?d.*|\\d.*)\)\$?$/.exec(form) ?? [];
  return before === undefined ? undefined : `${before}{version}`;
}

const PEP440_RULES: Readonly<Record<string, RuleMap>> = {
  '{{version}}': { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
  '{{major}}.{{minor}}.{{patch}}': { rule: 'match', pattern: '^v?(\\d+\\.\\d+\\.\\d+)$', group: 1, floating: false },
  '{{major}}.{{minor}}': { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
  '{{major}}': { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
  '{{raw}}': { template: '{gitTag}' },
};

const PEP440_PRE_RELEASE: RuleMap = { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:a|b|rc)\\d+)$', group: 1, floating: false };

function pep440({ pattern = '{{version}}', value }: Row): RowMeaning {
  const latest = { rule: 'latest', when: { tag: '/^v?\\d+(?:\\.\\d+)*$/' } };
  if (value !== undefined)
    return { rules: [{ rule: 'version', prefix: '' }], release: value, latest: { rule: 'channel', name: 'latest', stable: true } };
  const rule = PEP440_RULES[pattern];
  if (rule === undefined) return { rules: [], notes: [noCounterpart([pattern])] };
  return LINES.has(pattern) ? { rules: [rule], latest, preRelease: PEP440_PRE_RELEASE } : { rules: [rule], latest };
}

function match({ pattern: written = '', group: writtenGroup, value }: Row): RowMeaning {
  const pattern = written.replace(/^\/(.*)\/[a-z]*$/s, '$1');
  const group = Number(writtenGroup ?? '0');
  if (value !== undefined) return matchOf(value, { pattern, group });
  if (group > countGroups(pattern)) return { rules: [], notes: [`match: ${pattern} has no group ${group}, so this row never gave a tag`] };
  return {
    rules: [{ rule: 'match', pattern, ...(group > 0 && { group }) }],
    latest: { literal: 'latest', when: { tag: asPattern(pattern) } },
  };
}

function matchOf(value: string, { pattern, group }: { readonly pattern: string; readonly group: number }): RowMeaning {
  if (value.includes('${{')) return { rules: [], notes: [noCounterpart([value])] };
  const found = new RegExp(pattern).exec(value)?.[group];
  if (found === undefined) return { rules: [] };
  return { rules: [{ literal: found, floating: false }], latest: { rule: 'latest' } };
}

/** A regular expression as a pattern of `when`, in which a slash would end it. */
function asPattern(expression: string): string {
  return `/${expression.replaceAll('/', '\\x2f')}/`;
}

function countGroups(pattern: string): number {
  return (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
}

function noCounterpart(expressions: readonly string[]): string {
  return `${expressions.join(', ')} cannot be known when an image is published → write this tag by hand, or set it in the job with \`--tags\``;
}
