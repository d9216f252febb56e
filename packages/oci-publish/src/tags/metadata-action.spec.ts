import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { type CiEvent } from '../ci/facts/ci-facts';
import { computeTags } from './compute-tags';
import { addExactVersion } from './rules/exact-version';
import { makeReleasePattern } from './versions/release-pattern';
import { readTagRules } from './rules/read-tag-rules';
import { resolveVersion } from './versions/resolve-version';
import { type TagFacts } from './facts/tag-facts';

/** The events and refs of docker/metadata-action's own tests, as facts. */
function on(event: CiEvent, ref: string): TagFacts {
  const [, kind, name = ''] = /^(heads|tags|pull)\/(.+)$/.exec(ref) ?? [];
  const gitTags = kind === 'tags' ? [name] : [];
  const pattern = ['v{version}', '{version}'].flatMap((text) => makeReleasePattern(text, { projectName: 'app' }) ?? []);
  const version = resolveVersion({
    builtTags: { names: gitTags },
    patterns: pattern,
    projectName: 'app',
    nearestTags: ['v0.9.0'],
    isShallow: false,
  });
  const branch = kind === 'heads' ? name : undefined;
  return {
    projectName: 'app',
    commit: '860c1904a1ce19322e91ac35af1ab07466440c37',
    commitTime: '2024-11-13T13:42:28Z',
    isDirty: false,
    branch,
    defaultBranch: 'master',
    isOnDefaultBranch: branch === 'master',
    gitTags,
    event,
    pullRequest: kind === 'pull' ? { number: name, isFork: false, targetBranch: 'master' } : undefined,
    version,
    contentHash: undefined,
    nowMs: Date.parse('2020-01-10T00:30:00Z'),
    env: {},
  };
}

interface List {
  readonly tags: readonly unknown[];
  readonly exactVersion: boolean;
}

const page = readFileSync(join(__dirname, '../../../../docs/coming-from/metadata-action.md'), 'utf8');
const [usual, triple, calendar] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => parse(text ?? '') as List);

function tagsOf({ tags, exactVersion }: List, facts: TagFacts): readonly string[] {
  const { rules, problems } = readTagRules(tags, 'v');
  expect(problems).toEqual([]);
  const all = exactVersion ? addExactVersion(rules, facts.version, 'v') : rules;
  return computeTags(all, facts)
    .tags.map(({ tag }) => tag)
    .sort();
}

const master = on('push', 'heads/master');
const dev = on('push', 'heads/dev');
const merge = on('pullRequest', 'pull/2');
const nightly = on('schedule', 'heads/master');
const ofTag = (name: string) => on('tag', `tags/${name}`);
const rows = (...tags: readonly unknown[]): List => ({ tags, exactVersion: false });

describe('lists of docker/metadata-action, as docs/coming-from/metadata-action.md gives them', () => {
  it.each<[string, List | undefined, TagFacts, readonly string[]]>([
    ['the default list on the default branch', usual, master, ['master']],
    ['the default list on another branch', usual, dev, ['dev']],
    ['the default list for a git tag', usual, ofTag('v1.1.1'), ['latest', 'v1.1.1']],
    ['the default list for a git tag that is no version', usual, ofTag('sometag'), ['latest', 'sometag']],
    ['the default list for a pull request', usual, merge, ['pr-2']],
    ['the semver triple on a branch: nothing moves', triple, master, []],
    ['the semver triple of a pull request', triple, merge, []],
    ['the semver triple of a release', triple, ofTag('v1.1.1'), ['1', '1.1', '1.1.1', 'latest']],
    ['the semver triple below 1.0', triple, ofTag('v0.1.2'), ['0', '0.1', '0.1.2', 'latest']],
    ['the semver triple of a pre-release', triple, ofTag('v2.0.8-beta.67'), ['2.0.8-beta.67']],
    ['calendar versions', calendar, ofTag('20200110-RC2'), ['20200110', 'latest']],
    ['calendar versions by month', calendar, ofTag('v2026.01.05'), ['2026.01', 'latest']],
    ['calendar versions on a branch', calendar, master, []],
  ])('%s', (_, list, facts, expected) => expect(list && tagsOf(list, facts)).toEqual(expected));

  it.each<[string, unknown, TagFacts, readonly string[]]>([
    ['type=schedule,pattern={{date}}', { rule: 'date', when: { event: 'schedule' } }, nightly, ['20200110']],
    ['type=schedule on a push', { literal: 'nightly', when: { event: 'schedule' } }, master, []],
    ['type=semver,pattern={{raw}}', '{gitTag}', ofTag('v1.1.1'), ['v1.1.1']],
    ['type=semver,pattern={{raw}} of no version', '{gitTag}', ofTag('release1'), ['release1']],
    ['type=match,pattern=\\d{8}', { rule: 'match', pattern: '\\d{8}' }, ofTag('20200110-RC2'), ['20200110']],
    ['type=match,pattern=(.*)-RC,group=1', { rule: 'match', pattern: '(.*)-RC', group: 1 }, ofTag('20200110-RC2'), ['20200110']],
    ['type=match,pattern=\\d.\\d', { rule: 'match', pattern: '\\d.\\d' }, ofTag('v1.1.1'), ['1.1']],
    ['type=match without a match', { rule: 'match', pattern: '^release-' }, ofTag('v1.1.1'), []],
    ['type=match,pattern=p1-v(.*)', { rule: 'match', pattern: 'p1-v(.*)', group: 1 }, ofTag('p1-v1.0.0'), ['1.0.0']],
    ['type=edge', 'edge', master, ['edge']],
    ['type=edge on another branch', 'edge', dev, []],
    ['type=edge,branch=dev', { literal: 'edge', when: { branch: 'dev' } }, dev, ['edge']],
    ['type=edge for a git tag', 'edge', { ...ofTag('v1.1.1'), isOnDefaultBranch: true }, []],
    ['type=ref,event=branch', 'branch', on('push', 'heads/feat/a!b'), ['feat-a-b']],
    ['type=ref,event=tag on a branch', '{gitTag}', master, []],
    ['type=ref,event=pr', 'pr', merge, ['pr-2']],
    ['type=raw,value=stable', 'stable', dev, ['stable']],
    ['type=raw,value={{branch}}-{{sha}}', '{branch}-{shortSha}', dev, ['dev-860c190']],
    ['type=raw,value={{base_ref}}', '{targetBranch}', merge, ['master']],
    ['type=sha', { rule: 'sha', prefix: 'sha-' }, dev, ['sha-860c190']],
    ['type=sha,format=long', { rule: 'sha', prefix: 'sha-', length: 40 }, dev, ['sha-860c1904a1ce19322e91ac35af1ab07466440c37']],
    ['enable={{is_default_branch}}', { literal: 'x', when: { branch: '{defaultBranch}' } }, master, ['x']],
    ['enable={{is_default_branch}} elsewhere', { literal: 'x', when: { branch: '{defaultBranch}' } }, dev, []],
    ['enable={{is_not_default_branch}}', { literal: 'x', when: { branch: '!{defaultBranch}' } }, dev, ['x']],
    ['enable={{is_not_default_branch}} elsewhere', { literal: 'x', when: { branch: '!{defaultBranch}' } }, master, []],
    ['suffix=-alpine', { rule: 'minor', prefix: '', suffix: '-alpine', when: { tag: '**' } }, ofTag('v1.1.1'), ['1.1-alpine']],
  ])('row %s', (_, rule, facts, expected) => expect(tagsOf(rows(rule), facts)).toEqual(expected));

  it('sets a matched git tag from any branch, even if it looks like a release', () => {
    const { tags } = computeTags(readTagRules([{ rule: 'match', pattern: '\\d.\\d' }], 'v').rules, ofTag('v1.1.1'));
    expect(tags).toEqual([expect.objectContaining({ tag: '1.1', guard: 'cleanTree' })]);
  });
});
