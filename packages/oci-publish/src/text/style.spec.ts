import { wantsColor } from './style';

describe('wantsColor', () => {
  it('colours a terminal and the logs of CI systems that show it', () => {
    expect(wantsColor({}, true)).toBe(true);
    expect(wantsColor({ GITHUB_ACTIONS: 'true' }, false)).toBe(true);
  });
  it('keeps a file or a pipe plain, although Nx forces colours on every task', () => {
    expect(wantsColor({ FORCE_COLOR: 'true' }, false)).toBe(false);
  });
  it('respects NO_COLOR first', () => expect(wantsColor({ NO_COLOR: '1', GITHUB_ACTIONS: 'true' }, true)).toBe(false));
});
