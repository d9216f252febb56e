import { escapeControls, plainLine, plainText } from './plain-text';

const CONTROL_CHARACTERS = '\u001B[2J\u009B31m\u202E\u2028\u{E0001}';

describe('foreign text', () => {
  it('keeps its lines, but no control characters', () => {
    expect(plainText(`a${CONTROL_CHARACTERS}\nb`)).toBe('a[2J31m\nb');
    expect(plainLine(`a\n${CONTROL_CHARACTERS}b`)).toBe('a [2J31m b');
  });

  it('is unchanged in JSON that is safe for a terminal', () => {
    const json = escapeControls(JSON.stringify({ a: CONTROL_CHARACTERS }, undefined, 2));
    expect(json).toMatch(/^[\x20-\x7e\n]+$/);
    expect(JSON.parse(json)).toEqual({ a: CONTROL_CHARACTERS });
  });
});
