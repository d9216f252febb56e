import { type CiEvent } from '../../ci/facts/ci-facts';
import { makeReleasePattern } from '../versions/release-pattern';
import { resolveVersion } from '../versions/resolve-version';
import { type TagFacts } from '../facts/tag-facts';

const COMMITS: Readonly<Record<string, string>> = {
  push_master: '266574110acf203503badf966df2ea24b5d732d7',
  push_invalidchars: '983315b5e8d46e46fc4c49869e85e7ee5fb289ba',
  pull_request: 'a9c8c5828b91be19d9728548b24759e352367ef1',
  pull_request_target: '266574110acf203503badf966df2ea24b5d732d7',
  pull_request_head: '3370e228f2209994d57af4427fe64e71bb79ac96',
  pull_request_target_head: '3370e228f2209994d57af4427fe64e71bb79ac96',
};
const COMMIT = '860c1904a1ce19322e91ac35af1ab07466440c37';
const TIME = '2020-01-10T00:30:00Z';

const BRANCHES: Readonly<Record<string, readonly [CiEvent, string]>> = {
  push_dev: ['push', 'dev'],
  push_master: ['push', 'master'],
  push_invalidchars: ['push', 'my/feature#1245'],
  workflow_dispatch: ['manual', 'master'],
  schedule: ['schedule', 'master'],
};
// The event file of this push names the branch; that of a release names none.
const BASE_BRANCHES: Readonly<Record<string, string>> = { 'tag_v1.1.1': 'master' };

/** The facts of an event in docker/metadata-action's tests. */
export function factsOn(on: string, { release, form }: { readonly release?: string; readonly form?: string }): TagFacts {
  const [event, branch] = BRANCHES[on] ?? [on.startsWith('pull_request') ? 'pullRequest' : isOfTag(on) ? 'tag' : 'other', undefined];
  const gitTags = isOfTag(on) ? [on === 'release_created' ? 'v1.1.1' : on.slice('tag_'.length).replace('p1-', 'p1/')] : [];
  const forms = form === undefined ? ['v{version}', '{version}'] : [form];
  const version = resolveVersion({
    ...(release !== undefined && { asked: release }),
    builtTags: { names: gitTags },
    patterns: forms.flatMap((text) => makeReleasePattern(text, { projectName: 'app' }) ?? []),
    projectName: 'app',
    nearestTags: ['v0.9.0'],
    isShallow: false,
  });
  return {
    projectName: 'app',
    commit: COMMITS[on] ?? COMMIT,
    commitTime: TIME,
    isDirty: false,
    branch: event === 'pullRequest' ? 'test-pr' : branch,
    defaultBranch: 'master',
    isOnDefaultBranch: branch === 'master',
    gitTags,
    event,
    pullRequest: event === 'pullRequest' ? { number: '15', isFork: false, targetBranch: 'master' } : undefined,
    baseBranch: BASE_BRANCHES[on],
    version,
    contentHash: undefined,
    nowMs: Date.parse(TIME),
    env: {},
  };
}

function isOfTag(on: string): boolean {
  return on.startsWith('tag_') || on === 'release_created';
}
