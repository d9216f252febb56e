import { type PeerCase } from './peer-case';

/** Cases of git tags, most of them Python versions. */
export const versionTagsCases: readonly PeerCase[] = [
  {
    names: ['tag20'],
    on: 'tag_v1.1.1',
    rows: ['type=raw,{{tag}}-{{sha}}-foo', 'type=raw,{{base_ref}}-foo', 'type=raw,defbranch-foo,enable={{is_default_branch}}'],
    tags: ['{gitTag}-{shortSha}-foo', '{targetBranch}-foo', { literal: 'defbranch-foo', when: { branch: '{defaultBranch}' } }],
    gives: ['master-foo', 'v1.1.1-860c190-foo'],
  },
  {
    names: ['tag21'],
    on: 'tag_v1.1.1',
    rows: ['type=semver,pattern={{version}}', 'type=semver,pattern={{major}}.{{minor}}.{{patch}}', 'flavor suffix=-dev,onlatest=true'],
    tags: [
      { rule: 'version', prefix: '', suffix: '-dev' },
      { template: '{major}.{minor}.{patch}', suffix: '-dev' },
      { rule: 'latest', suffix: '-dev', when: { tag: '*.*.*' } },
    ],
    gives: ['1.1.1-dev', 'latest-dev'],
  },
  {
    names: ['tag22'],
    on: 'tag_v1.1.1',
    rows: [
      'type=semver,pattern={{version}}',
      'type=semver,pattern={{major}}.{{minor}}.{{patch}}',
      'flavor prefix=foo-,onlatest=true',
      'flavor suffix=-dev,onlatest=true',
    ],
    tags: [
      { rule: 'version', prefix: 'foo-', suffix: '-dev' },
      { template: '{major}.{minor}.{patch}', prefix: 'foo-', suffix: '-dev' },
      { rule: 'latest', prefix: 'foo-', suffix: '-dev', when: { tag: '*.*.*' } },
    ],
    gives: ['foo-1.1.1-dev', 'foo-latest-dev'],
  },
  {
    names: ['tag23'],
    on: 'tag_v1.1.1',
    rows: ['type=pep440,pattern={{raw}}', 'type=pep440,pattern={{major}}.{{minor}}'],
    tags: [
      '{gitTag}',
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'latest', when: { tag: '/^v?\\d+(?:\\.\\d+)*$/' } },
    ],
    gives: ['1.1', 'latest', 'v1.1.1'],
  },
  {
    names: ['tag24'],
    on: 'tag_1.2',
    rows: ['type=pep440,pattern={{version}}', 'type=pep440,pattern={{major}}.{{minor}}'],
    tags: [
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'latest', when: { tag: '/^v?\\d+(?:\\.\\d+)*$/' } },
    ],
    gives: ['1.2', 'latest'],
  },
  {
    names: ['tag25'],
    on: 'tag_1.1beta2',
    rows: ['type=pep440,pattern={{major}}.{{minor}}', 'type=pep440,pattern={{major}}'],
    tags: [
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
    ],
    gives: ['1.1b2'],
    apart: { reason: 'versions of Python are taken as written, not rewritten', here: [] },
  },
  {
    names: ['tag26'],
    on: 'tag_1.0dev4',
    rows: ['type=pep440,pattern={{major}}.{{minor}}', 'type=pep440,pattern={{major}}'],
    tags: [
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
    ],
    gives: ['1.0.dev4'],
    apart: { reason: 'versions of Python are taken as written, not rewritten', here: [] },
  },
  {
    names: ['tag27'],
    on: 'tag_1.2.3rc2',
    rows: [
      'type=pep440,pattern={{raw}}',
      'type=pep440,pattern={{version}}',
      'type=pep440,pattern={{major}}.{{minor}}',
      'type=pep440,pattern={{major}}',
    ],
    tags: [
      '{gitTag}',
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
    ],
    gives: ['1.2.3rc2'],
  },
  {
    names: ['tag28', 'tag33'],
    on: 'tag_v1.1.1',
    rows: [
      'type=pep440,pattern={{version}}',
      'type=pep440,pattern={{major}}.{{minor}}.{{patch}}',
      'type=pep440,pattern={{major}}.{{minor}}',
      'type=pep440,pattern={{major}}',
    ],
    tags: [
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'latest', when: { tag: '/^v?\\d+(?:\\.\\d+)*$/' } },
    ],
    gives: ['1', '1.1', '1.1.1', 'latest'],
  },
  {
    names: ['tag29'],
    on: 'tag_1.2post1',
    rows: ['type=pep440,pattern={{version}}', 'type=pep440,pattern={{major}}.{{minor}}', 'type=pep440,pattern={{major}}'],
    tags: [
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
    ],
    gives: ['1.2.post1'],
    apart: { reason: 'versions of Python are taken as written, not rewritten', here: [] },
  },
  {
    names: ['tag30'],
    on: 'tag_sometag',
    rows: [
      'type=ref,event=tag',
      'type=pep440,pattern={{version}}',
      'type=pep440,pattern={{major}}.{{minor}}',
      'type=pep440,pattern={{major}}',
      'flavor latest=false',
    ],
    tags: [
      '{gitTag}',
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
      { rule: 'match', pattern: '^v?(\\d+)(?:\\.\\d+)*$', group: 1 },
    ],
    gives: ['sometag'],
  },
  { names: ['tag31'], on: 'tag_v2.0.8-beta.67', rows: ['type=semver,pattern={{raw}}'], tags: ['{gitTag}'], gives: ['v2.0.8-beta.67'] },
  {
    names: ['tag32'],
    on: 'tag_v1.2.3rc2',
    rows: ['type=pep440,pattern={{raw}}', 'type=pep440,pattern={{major}}.{{minor}}'],
    tags: [
      '{gitTag}',
      { rule: 'match', pattern: '^v?(\\d+(?:\\.\\d+)*(?:(?:a|b|rc)\\d+)?)$', group: 1, floating: false },
      { rule: 'match', pattern: '^v?(\\d+\\.\\d+)(?:\\.\\d+)*$', group: 1 },
    ],
    gives: ['1.2.3rc2', 'v1.2.3rc2'],
  },
  {
    names: ['tag34'],
    on: 'tag_p1-v1.0.0',
    rows: ['type=semver,pattern={{version}},"match=v(\\\\d.\\\\d.\\\\d)$"'],
    tags: [
      { rule: 'version', prefix: '' },
      { rule: 'latest', when: { tag: 'p1/*.*.*' } },
    ],
    form: 'p1/v{version}',
    gives: ['1.0.0', 'latest'],
  },
];
