import { coversScopes, formatScopes } from './scope';

describe('formatScopes', () => {
  it('makes the same words of the same rights, however they are written', () => {
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

  it('knows that who may push and pull may pull', () => {
    expect(coversScopes(granted, [{ repository: 'a', actions: ['pull'] }])).toBe(true);
  });

  it('does not take one repository or right for another', () => {
    expect(coversScopes(granted, [{ repository: 'a/b', actions: ['pull'] }])).toBe(false);
    expect(coversScopes(granted, [{ repository: 'a', actions: ['delete'] }])).toBe(false);
  });
});
