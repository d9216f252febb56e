import { type WantedTag } from './compute-tags';
import { reasonToHold, type HoldBackFacts } from './hold-back';

const latest: WantedTag = { tag: 'latest', rule: 'latest', isFloating: true, scope: 'latest' };
const sha: WantedTag = { tag: 'a1b2c3d', rule: 'sha', isFloating: false, scope: 'commit' };
const git = { branch: 'main' as string | undefined, defaultBranch: 'main', isOnDefaultBranch: true, isDirty: false };
const onBranch = (branch: string | undefined) => ({ ...git, branch, isOnDefaultBranch: false });
const hold = (wanted: WantedTag, facts: Partial<HoldBackFacts>) =>
  reasonToHold(wanted, { git, isRelease: false, isForced: false, isGuarded: true, ...facts });

describe('reasonToHold', () => {
  it('lets floating tags move from the default branch', () => expect(hold(latest, {})).toBeUndefined());
  it('holds them on any other branch', () => expect(hold(latest, { git: onBranch('feat/x') })).toBe('branch feat/x, not main'));
  it('holds them on a detached HEAD', () => expect(hold(latest, { git: onBranch(undefined) })).toContain('detached HEAD'));
  it('lets a release move them from anywhere', () => expect(hold(latest, { git: onBranch('1.x'), isRelease: true })).toBeUndefined());
  it('holds them for uncommitted changes, release or not', () => {
    expect(hold(latest, { git: { ...git, isDirty: true }, isRelease: true })).toBe('uncommitted changes');
  });
  it('never holds an immutable tag', () => expect(hold(sha, { git: onBranch('feat/x') })).toBeUndefined());
  it('never holds the name of uncommitted changes themselves', () => {
    expect(hold({ ...sha, tag: 'a1b2c3d-dirty', isFloating: true }, { git: { ...git, isDirty: true } })).toBeUndefined();
  });
  it.each([{ isForced: true }, { isGuarded: false }])('holds nothing with %j', (facts) => {
    expect(hold(latest, { git: { ...onBranch('feat/x'), isDirty: true }, ...facts })).toBeUndefined();
  });
});
