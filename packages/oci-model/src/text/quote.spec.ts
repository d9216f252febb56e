import { quote } from './quote';

describe('quote', () => {
  it('shows text as it is, in quotes', () => {
    expect(quote('réf "1"')).toBe('"réf \\"1\\""');
  });

  it('escapes whatever a terminal would obey: C0, C1, and marks that turn the text around', () => {
    expect(quote('a\u001b[2J\u009b31m\u202eb\u2066c\u2028d\u{e0001}')).toBe(
      '"a\\u001b[2J\\u009b31m\\u202eb\\u2066c\\u2028d\\udb40\\udc01"',
    );
  });

  it('is cut where it gets long', () => {
    expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(150)}…"`);
  });
});
