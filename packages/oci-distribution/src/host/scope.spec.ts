import { coversScopes, formatScopes } from './scope';

describe('formatScopes', () => {
  it('gives the same text for the same permissions in any order', () => {
    const one = formatScopes([
      { repository: 'b', actions: ['push', 'pull'] },
      { repository: 'a', actions: ['pull'] },
    ]);
    const other = formatScopes([
      { repository: 'a', actions: ['pull'] },
      { repository: 'b', actions: ['pull'] },
      { repository: 'b', actions: ['push'] },
    ]);
    expect(one).toEqual(['repository:a:pull', 'repository:b:pull,push']);
    expect(other).toEqual(one);
  });
});

describe('coversScopes', () => {
  const granted = [{ repository: 'a', actions: ['pull', 'push'] as const }];

  it('knows that permission to push and pull includes pull', () => {
    expect(coversScopes(granted, [{ repository: 'a', actions: ['pull'] }])).toBe(true);
  });

  it('distinguishes repositories and permissions', () => {
    expect(coversScopes(granted, [{ repository: 'a/b', actions: ['pull'] }])).toBe(false);
    expect(coversScopes(granted, [{ repository: 'a', actions: ['delete'] }])).toBe(false);
  });
});
