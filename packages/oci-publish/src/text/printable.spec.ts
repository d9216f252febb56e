import fc from 'fast-check';

import { printable } from './printable';
import { print, printAside, printLines } from './print';

const COLOURED = { hasColor: true };

describe('terminal output', () => {
  const special = ['\u001b', '[', ']', 'm', '0', '1', ';', '\u0007', '\u009b', '\r', '\b', '\u202e', '\u2028', '\u{e0001}'];
  const name = fc.string({ unit: fc.oneof(fc.constantFrom(...special), fc.string({ minLength: 1, maxLength: 1 })) });

  it('has no control characters except colours, even if names contain some', () => {
    fc.assert(
      fc.property(name, (text) => {
        const shown = printable(`\u001b[33m${text}\u001b[39m`, COLOURED);
        expect(shown.split('\u001b').every((part, index) => index === 0 || /^\[[\d;]*m/.test(part))).toBe(true);
        expect(shown.replaceAll('\u001b', '')).not.toMatch(/[^\n\t\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    expect(printable('\u001b[1ma\u001b[22m\tb\n\u001b[2Jc\u001b]0;title\u0007d\re', COLOURED)).toBe(
      '\u001b[1ma\u001b[22m\tb\n[2Jc]0;titlede',
    );
  });

  it.each([
    ['print', 'log', print],
    ['printAside', 'error', printAside],
    ['printLines', 'log', printLines],
  ] as const)('is escaped by %s', (_name, method, show) => {
    const printed = jest.spyOn(console, method).mockImplementation();
    show('app\u001b[2J\u001b[31m!\u001b[39m\u001f');
    expect(printed.mock.calls).toEqual([['app[2J!']]);
    printed.mockRestore();
  });
});
