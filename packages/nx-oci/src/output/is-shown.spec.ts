import { isShown } from './is-shown';

describe('isShown', () => {
  it('trusts Nx to pass on what a batch prints, but in GitHub Actions', () => {
    expect(isShown({ isBatch: true, isTerminal: false, taskCount: 3, env: {} })).toBe(true);
    expect(isShown({ isBatch: true, isTerminal: false, taskCount: 3, env: { GITHUB_ACTIONS: 'true' } })).toBe(false);
  });

  it('trusts Nx to show a single task, but not one of many', () => {
    expect(isShown({ isBatch: false, isTerminal: false, taskCount: 1, env: {} })).toBe(true);
    expect(isShown({ isBatch: false, isTerminal: false, taskCount: 2, env: {} })).toBe(false);
  });

  it('trusts Nx to show a task that has a terminal', () => {
    expect(isShown({ isBatch: false, isTerminal: true, taskCount: 2, env: {} })).toBe(true);
  });
});
