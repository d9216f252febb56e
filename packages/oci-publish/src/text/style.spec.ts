import { wantsColor } from './style';

describe('wantsColor', () => {
  it('colours a terminal and the logs of CI systems that show it', () => {
    expect(wantsColor({}, true)).toBe(true);
    expect(wantsColor({ GITHUB_ACTIONS: 'true' }, false)).toBe(true);
  });
  it('leaves a file or a pipe plain, though Nx forces colours on every task', () => {
    expect(wantsColor({ FORCE_COLOR: 'true' }, false)).toBe(false);
  });
  it('obeys NO_COLOR before all else', () => expect(wantsColor({ NO_COLOR: '1', GITHUB_ACTIONS: 'true' }, true)).toBe(false));
});
