import { normalizeOptions } from './normalize-options';

describe('the options of a doctor', () => {
  it('default to all registries, with a test of pushes', () => {
    expect(normalizeOptions({})).toEqual({ registries: undefined, isPushTried: true });
    expect(normalizeOptions({ registries: 'corp', push: false })).toEqual({ registries: ['corp'], isPushTried: false });
  });

  it('are refused with all problems', () => {
    expect(() => normalizeOptions({ registries: {}, pushes: true })).toThrow(
      [
        'Cannot check the registries: 2 problems',
        'unknown option `pushes` → did you mean `push`?',
        '`registries`: write a name, or a list of names.',
      ].join('\n  '),
    );
  });
});
