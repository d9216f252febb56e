import { screenOf, wantsColor } from './screen';

describe('wantsColor', () => {
  it('colours a terminal and the logs of CI systems that show it', () => {
    expect(wantsColor({}, true)).toBe(true);
    expect(wantsColor({ GITHUB_ACTIONS: 'true' }, false)).toBe(true);
    expect(wantsColor({ GITLAB_CI: 'true', TERM: 'dumb' }, false)).toBe(true);
  });
  it('keeps a file or a pipe plain, although Nx forces colours on every task', () => {
    expect(wantsColor({ FORCE_COLOR: 'true' }, false)).toBe(false);
  });
  it('does what a number in FORCE_COLOR asks for, which Nx never sets', () => {
    expect(wantsColor({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(wantsColor({ FORCE_COLOR: '0', GITHUB_ACTIONS: 'true' }, true)).toBe(false);
  });
  it('keeps a terminal that is dumb plain', () => expect(wantsColor({ TERM: 'dumb' }, true)).toBe(false));
  it('respects NO_COLOR first', () => expect(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1', GITHUB_ACTIONS: 'true' }, true)).toBe(false));
});

describe('screenOf', () => {
  it('has the width of a terminal that knows it, and of nothing else', () => {
    expect(screenOf({ isTTY: true, columns: 132 }, {})).toEqual({ hasColor: true, columns: 132 });
    expect(screenOf({ isTTY: true, columns: 0 }, {})).toEqual({ hasColor: true });
    expect(screenOf({ isTTY: false, columns: 80 }, {})).toEqual({ hasColor: false });
  });
});
