import { type PeerCase } from './peer-case';

/** Cases about `latest`, and releases. */
export const latestCases: readonly PeerCase[] = [
  {
    names: ['latest01'],
    on: 'tag_release1',
    rows: ['type=match,"pattern=^release\\\\d{1,2}"'],
    tags: [
      { rule: 'match', pattern: '^release\\d{1,2}' },
      { literal: 'latest', when: { tag: '/^release\\d{1,2}/' } },
    ],
    gives: ['latest', 'release1'],
  },
  {
    names: ['latest02'],
    on: 'tag_20200110-RC2',
    rows: ['type=match,"pattern=^\\\\d+-RC\\\\d{1,2}"'],
    tags: [
      { rule: 'match', pattern: '^\\d+-RC\\d{1,2}' },
      { literal: 'latest', when: { tag: '/^\\d+-RC\\d{1,2}/' } },
    ],
    gives: ['20200110-RC2', 'latest'],
  },
  {
    names: ['latest03'],
    on: 'tag_20200110-RC2',
    rows: ['type=match,pattern=\\\\d{8}'],
    tags: [
      { rule: 'match', pattern: '\\d{8}' },
      { literal: 'latest', when: { tag: '/\\d{8}/' } },
    ],
    gives: ['20200110', 'latest'],
  },
  {
    names: ['latest04'],
    on: 'tag_v1.1.1',
    rows: ['type=match,"pattern=\\\\d.\\\\d.\\\\d"'],
    tags: [
      { rule: 'match', pattern: '\\d.\\d.\\d' },
      { literal: 'latest', when: { tag: '/\\d.\\d.\\d/' } },
    ],
    gives: ['1.1.1', 'latest'],
  },
  { names: ['latest05'], on: 'tag_v1.1.1', rows: [], gives: ['latest', 'v1.1.1'] },
  {
    names: ['latest06', 'latest10'],
    on: 'tag_v2.0.8-beta.67',
    rows: ['type=match,"pattern=\\\\d.\\\\d.\\\\d"'],
    tags: [
      { rule: 'match', pattern: '\\d.\\d.\\d' },
      { literal: 'latest', when: { tag: '/\\d.\\d.\\d/' } },
    ],
    gives: ['2.0.8', 'latest'],
  },
  {
    names: ['latest07', 'latest08', 'latest09'],
    on: 'tag_v1.1.1',
    rows: ['type=ref,event=tag', 'flavor latest=false'],
    tags: ['{gitTag}'],
    gives: ['v1.1.1'],
  },
  { names: ['release01'], on: 'release_created', rows: [], gives: ['latest', 'v1.1.1'] },
  {
    names: ['release02'],
    on: 'release_created',
    rows: ['type=ref,event=tag', 'type=raw,value=baseref-{{base_ref}}', 'type=raw,value=defbranch,enable={{is_default_branch}}'],
    tags: [
      '{gitTag}',
      'baseref-{targetBranch}',
      { literal: 'defbranch', when: { branch: '{defaultBranch}' } },
      { rule: 'latest', when: { tag: '**' } },
    ],
    gives: ['baseref-', 'latest', 'v1.1.1'],
    apart: { reason: 'an empty field leaves its tag out', here: ['latest', 'v1.1.1'] },
  },
  {
    names: ['release03'],
    on: 'release_created',
    rows: ["type=raw,value=src-{{commit_date 'YYYYMMDD-HHmmss'}}", "type=raw,value={{date 'YYYYMMDD-HHmmss'}}"],
    tags: ['src-{commitDate:YYYYMMDD-HHmmss}', '{date:YYYYMMDD-HHmmss}'],
    gives: ['20200110-003000', 'src-20200110-003000'],
  },
];
