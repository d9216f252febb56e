import { quote } from './quote';

describe('quote', () => {
  it('shows plain text unchanged, in quotes', () => {
    expect(quote('réf "1"')).toBe('"réf \\"1\\""');
  });

  it('escapes control characters: C0, C1, and marks that reverse the text', () => {
    expect(quote('a\u001b[2J\u009b31m\u202eb\u2066c\u2028d\u{e0001}')).toBe(
      '"a\\u001b[2J\\u009b31m\\u202eb\\u2066c\\u2028d\\udb40\\udc01"',
    );
  });

  it('truncates long text', () => {
    expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(150)}…"`);
  });
});
