import { missingLines } from './missing-lines';

it('returns the lines that a text lacks', () => {
  expect(missingLines('a: 1\nb: 2\n', 'a: 1\n  # about c\n  c: 3 # new\n\nb: 2\n')).toEqual(['  c: 3 # new']);
});

it.each(['    a: main\r\n', "a: 'main' # ours", 'a: "main"'])('finds a: main in %j', (text) => {
  expect(missingLines(text, '  a: main # the branch\n')).toEqual([]);
});

it('does not treat a # within a word as a comment', () => {
  expect(missingLines('a: b', 'a: b#c')).toEqual(['a: b#c']);
});
