import fc from 'fast-check';

import { displayWidth } from './display-width';
import { layOut } from './lay-out';
import { printable } from './printable';
import { renderTable } from './render-table';
import { style } from './style';
import { withoutStyles } from './styled-text';

const TABLE = renderTable([
  ['image', 'tags', 'digest', 'size', 'sent'].map((title) => style.bold(title)),
  [
    'registry.example.com/a-team-with-a-name/billing-reports',
    'a1b2c3d, v1, latest',
    'sha256:6d64e491bedd',
    '48.2 MB (new)',
    '48.2 MB (5 new)',
  ],
  ['ghcr.io/acme/web', 'a1b2c3d', 'sha256:1a7cc42e34da', '1.7 kB (+52 B)', style.dim('nothing, latest held')],
]);
const plain = (text: string, columns?: number): string => printable(text, { hasColor: false, ...(columns !== undefined && { columns }) });

describe('printable', () => {
  it('aligns a table that fits', () => {
    expect(plain(TABLE, 200)).toBe(
      [
        'image                                                    tags                 digest               size            sent',
        'registry.example.com/a-team-with-a-name/billing-reports  a1b2c3d, v1, latest  sha256:6d64e491bedd  48.2 MB (new)   48.2 MB (5 new)',
        'ghcr.io/acme/web                                         a1b2c3d              sha256:1a7cc42e34da  1.7 kB (+52 B)  nothing, latest held',
      ].join('\n'),
    );
    expect(plain(TABLE)).toBe(plain(TABLE, 200));
  });

  it('puts the first cells on lines of their own in a narrow terminal', () => {
    expect(plain(TABLE, 80)).toBe(
      [
        'image',
        '  tags                 digest               size            sent',
        'registry.example.com/a-team-with-a-name/billing-reports',
        '  a1b2c3d, v1, latest  sha256:6d64e491bedd  48.2 MB (new)   48.2 MB (5 new)',
        'ghcr.io/acme/web',
        '  a1b2c3d              sha256:1a7cc42e34da  1.7 kB (+52 B)  nothing, latest held',
      ].join('\n'),
    );
  });

  it('breaks the cells of a table that is too wide even so', () => {
    expect(plain(TABLE, 60)).toBe(
      [
        'image',
        '  tags         digest               size         sent',
        'registry.example.com/a-team-with-a-name/billing-reports',
        '  a1b2c3d,     sha256:6d64e491bedd  48.2 MB      48.2 MB (5',
        '  v1, latest                        (new)        new)',
        'ghcr.io/acme/web',
        '  a1b2c3d      sha256:1a7cc42e34da  1.7 kB (+52  nothing,',
        '                                    B)           latest held',
      ].join('\n'),
    );
  });

  it('breaks sentences between words, and leaves commands whole', () => {
    const text = [
      'Warning: api is published without its test, api:test → add "test" to `dependsOn` of publish.',
      '  → npx nx run-many -t publish --projects=api,web,worker,billing-reports,customer-portal',
    ].join('\n');
    expect(plain(text, 60)).toBe(
      [
        'Warning: api is published without its test, api:test → add',
        '  "test" to `dependsOn` of publish.',
        '  → npx nx run-many -t publish --projects=api,web,worker,billing-reports,customer-portal',
      ].join('\n'),
    );
  });

  it('gives wide characters two columns, and marks above letters none', () => {
    expect(
      plain(
        renderTable([
          ['请求', 'a'],
          ['🚀 go', 'b'],
          ['e\u0301te\u0301', 'c'],
          ['ascii', 'd'],
        ]),
      ),
    ).toBe(['请求   a', '🚀 go  b', 'e\u0301te\u0301    c', 'ascii  d'].join('\n'));
  });
});

describe('layOut', () => {
  const word = fc.oneof(fc.stringMatching(/^[a-dX-Z019/:.@-]{1,90}$/), fc.constantFrom('镜像', '🚀', 'naïve', 'e\u0301', '한국어', '👩🏽'));
  const tone = fc.constantFrom(
    (text: string) => text,
    style.dim,
    style.bold,
    style.red,
    (text: string) => style.bold(style.yellow(text)),
  );
  const cell = fc.tuple(fc.array(word, { maxLength: 8 }), tone).map(([words, paint]) => paint(words.join(' ')));
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 5 }).map(renderTable);
  const text = fc
    .array(
      fc.oneof(
        table,
        cell,
        cell.map((words) => `  ${words}`),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('\n'));
  const columns = fc.integer({ min: 60, max: 220 });

  it('makes no line wider than the terminal, and leaves none with spaces at its end', () => {
    fc.assert(
      fc.property(text, columns, (written, width) => {
        for (const line of plain(written, width).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
          if (/\S/.test(line)) expect(line).toBe(line.trimEnd());
        }
      }),
    );
  });

  it('loses nothing: in any terminal the cells of a row have the same characters', () => {
    const characters = (shown: string): string => Array.from(shown.replace(/\s/g, '')).sort().join('');
    fc.assert(fc.property(text, columns, (written, width) => expect(characters(plain(written, width))).toBe(characters(plain(written)))));
  });

  it('is the same with colours and without them', () => {
    fc.assert(
      fc.property(text, columns, (written, width) => {
        const coloured = printable(written, { hasColor: true, columns: width });
        expect(withoutStyles(coloured)).toBe(plain(written, width));
      }),
    );
  });

  it('ends every style on its line', () => {
    const styles = new RegExp(String.raw`${'\u001b'}\[(\d+)m`, 'g');
    fc.assert(
      fc.property(text, columns, (written, width) => {
        for (const line of layOut(written, width).split('\n')) {
          const codes = Array.from(line.matchAll(styles), ([, code]) => Number(code));
          expect([0, 22, 39]).toContain(codes.at(-1) ?? 0);
        }
      }),
    );
  });
});
