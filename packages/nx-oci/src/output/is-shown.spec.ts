import { isShown } from './is-shown';

describe('isShown', () => {
  it('trusts Nx to pass on what a batch prints, but in GitHub Actions', () => {
    expect(isShown({ isBatch: true, taskCount: 3, env: {} })).toBe(true);
    expect(isShown({ isBatch: true, taskCount: 3, env: { GITHUB_ACTIONS: 'true' } })).toBe(false);
  });

  it('trusts Nx to show a single task, but not one of many', () => {
    expect(isShown({ isBatch: false, taskCount: 1, env: {} })).toBe(true);
    expect(isShown({ isBatch: false, taskCount: 2, env: {} })).toBe(false);
  });
});
