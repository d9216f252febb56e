import { type CiFacts } from '../ci/facts/ci-facts';
import { type RequestedTag } from './compute-tags';
import { reasonToHold, type HoldFacts } from './reason-to-hold';

const latest: RequestedTag = { tag: 'latest', rule: 'latest', isFloating: true, scope: 'latest' };
const sha: RequestedTag = { tag: 'a1b2c3d', rule: 'sha', isFloating: false, scope: 'commit' };
const git = {
  branch: 'main' as string | undefined,
  defaultBranch: 'main',
  isOnDefaultBranch: true,
  isDirty: false,
  changedFiles: { count: 0, named: [] as string[] },
  ci: { event: 'push' } as CiFacts,
};
const dirty = { isDirty: true, changedFiles: { count: 7, named: ['src/main.ts', 'notes.md'] } };
const onBranch = (branch: string | undefined) => ({ ...git, branch, isOnDefaultBranch: false });
const hold = (wanted: RequestedTag, facts: Partial<HoldFacts>) =>
  reasonToHold(wanted, { git, isRelease: false, isForced: false, isGuarded: true, ...facts });

describe('reasonToHold', () => {
  it('allows floating tags to move from the default branch', () => expect(hold(latest, {})).toBeUndefined());
  it('holds them on any other branch', () => expect(hold(latest, { git: onBranch('feat/x') })).toBe('branch feat/x, not main'));
  it('names a pull request from the default branch as such', () =>
    expect(hold(latest, { git: onBranch('main') })).toBe('a pull request from main, not a push to it'));
  it('holds them on a detached HEAD', () => expect(hold(latest, { git: onBranch(undefined) })).toContain('detached HEAD'));
  it.each<[CiFacts['pullRequest'], string]>([
    [
      { number: '12', isFork: false, targetBranch: 'main', isQueued: true },
      'pull request 12 in the merge queue of main, not a push to main',
    ],
    [{ number: '12', isFork: false }, 'pull request 12, not a push to main'],
    [undefined, 'a pull request, not a push to main'],
  ])('names the pull request or merge queue if no branch is built: %j', (pullRequest, reason) => {
    const ci: CiFacts = { event: 'pullRequest', ...(pullRequest && { pullRequest }) };
    expect(hold(latest, { git: { ...onBranch(undefined), ci } })).toBe(reason);
  });
  it('allows a release to move them from anywhere', () => expect(hold(latest, { git: onBranch('1.x'), isRelease: true })).toBeUndefined());
  it('holds them for uncommitted changes, release or not', () => {
    expect(hold(latest, { git: { ...git, ...dirty }, isRelease: true })).toBe('uncommitted changes: src/main.ts, notes.md and 5 more');
  });
  it('does not hold immutable tags on any branch', () => expect(hold(sha, { git: onBranch('feat/x') })).toBeUndefined());
  it.each([{}, { isForced: true }, { isGuarded: false }, { isRelease: true }])(
    'holds immutable tags for uncommitted changes in any case: %j',
    (facts) => {
      const version: RequestedTag = { ...sha, tag: 'v1.2.3', rule: 'version' };
      expect(hold(version, { git: { ...git, ...dirty }, ...facts })).toContain('uncommitted changes');
    },
  );
  it('does not hold tags of the content', () => {
    expect(hold({ ...sha, rule: 'hash', isContentAddressed: true }, { git: { ...git, ...dirty } })).toBeUndefined();
  });
  it('never holds the tag of uncommitted changes', () => {
    expect(hold({ ...sha, tag: 'a1b2c3d-dirty', isFloating: true, guard: 'none' }, { git: { ...git, ...dirty } })).toBeUndefined();
  });
  it("allows a branch's own tag to move from that branch, but not from uncommitted changes", () => {
    const own: RequestedTag = { ...latest, tag: 'feat-x', guard: 'cleanTree' };
    expect(hold(own, { git: onBranch('feat/x') })).toBeUndefined();
    expect(hold(own, { git: { ...onBranch('feat/x'), ...dirty } })).toContain('uncommitted changes');
  });
  it.each([{ isForced: true }, { isGuarded: false }])('holds nothing with %j', (facts) => {
    expect(hold(latest, { git: { ...onBranch('feat/x'), ...dirty }, ...facts })).toBeUndefined();
  });
});
