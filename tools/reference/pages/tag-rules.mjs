import { loadSource, readJson } from '../read-sources.mjs';
import { renderOptions, renderTable } from '../render-table.mjs';
import { schemaRows } from '../schema-rows.mjs';

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const NO_RELEASE = { release: undefined, line: '1.2.3', reason: 'nearest git tag' };

const FACTS = {
  projectName: 'api',
  commit: COMMIT,
  commitTime: '2026-01-31T22:30:00Z',
  isDirty: false,
  branch: 'main',
  defaultBranch: 'main',
  isOnDefaultBranch: true,
  gitTags: [],
  event: 'push',
  pullRequest: undefined,
  version: NO_RELEASE,
  contentHash: '0123456789abcdef'.repeat(4),
  nowMs: Date.parse('2026-01-31T22:34:56Z'),
  env: {},
};

const released = (version) => ({
  event: 'tag',
  branch: undefined,
  isOnDefaultBranch: false,
  gitTags: [`v${version}`],
  version: { release: version, line: version, reason: 'git tag at HEAD' },
});

const SITUATIONS = {
  'push to `main`': {},
  'push to `feat/login`': { branch: 'feat/login', isOnDefaultBranch: false },
  'pull request 12': {
    event: 'pullRequest',
    branch: 'feat/login',
    isOnDefaultBranch: false,
    pullRequest: { number: '12', isFork: false, targetBranch: 'main' },
  },
  'git tag `v1.2.3`': released('1.2.3'),
  'git tag `v2.0.0-beta.1`': released('2.0.0-beta.1'),
};

const SAMPLES = [
  'sha',
  { rule: 'sha', length: 12, prefix: 'sha-' },
  'version',
  'minor',
  'major',
  'latest',
  'next',
  'alpha',
  'beta',
  'rc',
  { rule: 'channel', name: 'preview', stable: true },
  'edge',
  'branch',
  'pr',
  'hash',
  'date',
  { rule: 'match', pattern: '^v(\\d+)', group: 1 },
  'stable',
  { literal: 'stable', when: { branch: 'main' } },
  '{branch}-{shortSha}',
];

/** Every tag rule: what it gives, computed by the code itself, and its options. */
export async function tagRulesPage() {
  const { computeTags } = await loadSource('packages/oci-publish/src/tags/compute-tags.ts');
  const { readTagRules } = await loadSource('packages/oci-publish/src/tags/rules/read-tag-rules.ts');
  const give = (written, changes) => {
    const { rules, problems } = readTagRules([written], 'v');
    if (problems.length > 0) throw new Error(problems.map(({ what }) => what).join('; '));
    return computeTags(rules, { ...FACTS, ...changes })
      .tags.map(({ tag, isFloating }) => `\`${tag}\`${isFloating ? ' ↷' : ''}`)
      .join(', ');
  };
  const rows = SAMPLES.map((rule) => [
    `\`${typeof rule === 'string' ? rule : writeMap(rule)}\``,
    ...Object.values(SITUATIONS).map((changes) => give(rule, changes)),
  ]);
  return [
    '# Tag rules',
    'What each rule gives, computed by nx-oci for commit `a1b2c3d` of 31 January 2026 after release `1.2.3`. ↷ marks tags that float: they move forward to later images. An empty cell: the rule gives no tag there. When floating tags move, and fields of templates: [tags](../publish/tags.md).',
    renderTable(['rule', ...Object.keys(SITUATIONS)], rows),
    '## Options',
    'A rule with options is a map. All rules take these:',
    renderOptions(commonRows(), 'key'),
    ...renderOwnOptions(),
  ];
}

const writeMap = (rule) =>
  `{ ${Object.entries(rule)
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? writeMap(value) : value}`)
    .join(', ')} }`;

const COMMON = ['prefix', 'suffix', 'floating', 'when'];

function readRules() {
  const schema = readJson('packages/nx-oci/registries.schema.json');
  return { schema, maps: schema.definitions.tagRule.anyOf.filter(({ type }) => type === 'object') };
}

function commonRows() {
  const { schema, maps } = readRules();
  return schemaRows(maps[0], { root: schema }).filter(({ key }) => COMMON.includes(key.split(/[.[]/)[0]));
}

/** Rules with the same options share a table. */
function renderOwnOptions() {
  const { schema, maps } = readRules();
  const tables = new Map();
  for (const map of maps) {
    const name = map.properties.rule?.const ?? Object.keys(map.properties).find((key) => ['literal', 'template'].includes(key));
    const rows = schemaRows(map, { root: schema, skip: ['rule', ...COMMON] });
    if (rows.length === 0) continue;
    const table = renderOptions(rows, 'key');
    tables.set(table, [...(tables.get(table) ?? []), name]);
  }
  return [...tables].flatMap(([table, names]) => [`### ${names.join(', ')}`, table]);
}
