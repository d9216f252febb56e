/** A text with our fields, or what in it has no counterpart. */
export interface Translated {
  readonly text: string;
  readonly timeZone?: string;
  /** Variables that `publish.env` of registries.yaml has to list. */
  readonly env: readonly string[];
  /** Expressions without a counterpart, as they are written. */
  readonly unknown: readonly string[];
}

const FIELDS: Readonly<Record<string, string>> = {
  branch: '{branch}',
  tag: '{gitTag}',
  raw: '{gitTag}',
  sha: '{shortSha}',
  base_ref: '{targetBranch}',
  version: '{version}',
  major: '{major}',
  minor: '{minor}',
  patch: '{patch}',
};

/** Expressions of GitHub Actions. Those that are variables of a runner become variables. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  'github.sha': '{sha}',
  'github.event.pull_request.number': '{pr}',
  'github.event.number': '{pr}',
  'github.base_ref': '{targetBranch}',
  'github.event.repository.default_branch': '{defaultBranch}',
  'github.run_number': '{env.GITHUB_RUN_NUMBER}',
  'github.run_id': '{env.GITHUB_RUN_ID}',
  'github.run_attempt': '{env.GITHUB_RUN_ATTEMPT}',
};

// What the helper of a date writes without a quoted format.
const ISO_FORMAT = 'YYYY-MM-DD[T]HH-mm-ss[Z]';

/** Translates `{{ … }}` of docker/metadata-action and `${{ … }}` of GitHub Actions into the fields of our templates. */
export function translateTemplate(text: string): Translated {
  const env: string[] = [];
  const unknown: string[] = [];
  const zones: string[] = [];
  const translated = text
    .replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (whole, expression: string) => {
      const field = EXPRESSIONS[expression] ?? variableOf(expression);
      const [, variable] = /^\{env\.(\w+)\}$/.exec(field ?? '') ?? [];
      if (variable !== undefined) env.push(variable);
      if (field === undefined) unknown.push(whole);
      return field ?? whole;
    })
    .replaceAll(/(?<!\$)\{\{\s*(.*?)\s*\}\}/g, (whole, expression: string) => {
      const date = parseDate(expression);
      if (date?.timeZone !== undefined) zones.push(date.timeZone);
      const field = date?.field ?? FIELDS[expression];
      if (field === undefined) unknown.push(whole);
      return field ?? whole;
    });
  const [timeZone, other] = new Set(zones);
  return {
    text: translated,
    ...(timeZone !== undefined && { timeZone }),
    env,
    unknown: other === undefined ? unknown : [...unknown, `the time zones ${timeZone} and ${other} in one tag`],
  };
}

function variableOf(expression: string): string | undefined {
  const [, name] = /^(?:env|vars)\.(\w+)$/.exec(expression) ?? [];
  return name === undefined ? undefined : `{env.${name}}`;
}

function parseDate(expression: string): { readonly field: string; readonly timeZone?: string } | undefined {
  const [, kind, rest = ''] = /^(date|commit_date)(?:\s+(.*))?$/.exec(expression) ?? [];
  if (kind === undefined) return undefined;
  const [, format = ISO_FORMAT] = /^'([^']*)'/.exec(rest) ?? [];
  const [, timeZone] = /\btz='([^']*)'/.exec(rest) ?? [];
  return { field: `{${kind === 'date' ? 'date' : 'commitDate'}:${format}}`, ...(timeZone !== undefined && { timeZone }) };
}
