import fc from 'fast-check';

import { compareLines } from './compare-lines';

it('shows removed and added lines, with the lines around them', () => {
  expect(compareLines('host: a\nguard: true\n', 'host: b\nguard: true\ntls: {}\n')).toEqual([
    '- host: a',
    '+ host: b',
    '  guard: true',
    '+ tls: {}',
  ]);
});

it('shows the old and the new position of a line that moved between brackets', () => {
  const before = '{\n  "cmd": [\n    "node"\n  ],\n  "user": "1",\n  "env": {\n    "A": "1"\n  },\n  "ports": [\n    80\n  ]\n}\n';
  const after = '{\n  "cmd": [\n    "node"\n  ],\n  "user": "1",\n  "env": {\n    "A": "1"\n  },\n  "ports": []\n}\n';
  expect(compareLines(before, after)).toEqual(['…', '    },', '-   "ports": [', '-     80', '-   ]', '+   "ports": []', '  }']);
});

it('is empty for equal texts', () => {
  expect(compareLines('host: a\n', 'host: a\n')).toEqual([]);
});

const texts = fc.array(fc.constantFrom('a', 'b', '}', '{'), { minLength: 1 }).map((lines) => lines.join('\n'));

it('includes every removed or added line, even repeated ones', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const shown = compareLines(before, after);
      const count = (sign: string): number => shown.filter((line) => line.startsWith(sign)).length;
      expect(count('+') - count('-')).toBe(after.split('\n').length - before.split('\n').length);
      expect(shown.length === 0).toBe(before === after);
    }),
  );
});
