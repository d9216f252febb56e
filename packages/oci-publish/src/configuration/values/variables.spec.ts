import { checkVariables, describeUnset, isOnlyVariables, listVariables, replaceVariables } from './variables';

describe('replaceVariables', () => {
  it('replaces every variable of a text', () => {
    expect(replaceVariables('${HOST}:${PORT}', { HOST: 'registry.example', PORT: '5000' })).toEqual({
      text: 'registry.example:5000',
      unset: [],
    });
  });

  it('uses the default if a variable is unset or empty', () => {
    expect(replaceVariables('localhost:${PORT:-5080}', {})).toEqual({ text: 'localhost:5080', unset: [] });
    expect(replaceVariables('localhost:${PORT:-5080}', { PORT: '' })).toEqual({ text: 'localhost:5080', unset: [] });
    expect(replaceVariables('localhost:${PORT:-5080}', { PORT: '1' })).toEqual({ text: 'localhost:1', unset: [] });
    expect(replaceVariables('a${NOTHING:-}b', {})).toEqual({ text: 'ab', unset: [] });
  });

  it('names the variables that are unset or empty and have no default', () => {
    expect(replaceVariables('${A}/${B}/${C:-c}', { B: '' })).toEqual({ text: '//c', unset: ['A', 'B'] });
  });

  it('leaves a dollar sign alone, and does not replace twice', () => {
    expect(replaceVariables('robot$ci', {}).text).toBe('robot$ci');
    expect(replaceVariables('${A}', { A: '${B}', B: 'no' }).text).toBe('${B}');
  });
});

it('lists the variables of a text', () => {
  expect(listVariables('${A}-${B:-x}-${A}')).toEqual(['A', 'B']);
});

it.each(['${A', '${}', '${a-b}', '${A:+x}', '${A:-${B}}'])('reports %s', (text) => {
  expect(checkVariables(text)?.fix).toContain('${NAME}');
});

it.each(['${A}', '${A:-b}', '$A', 'plain'])('accepts %s', (text) => {
  expect(checkVariables(text)).toBeUndefined();
});

it.each([
  ['${A}', true],
  ['${A}${B}', true],
  ['${A:-secret}', false],
  ['x${A}', false],
  ['', false],
])('says whether %s is made of variables alone', (text, expected) => {
  expect(isOnlyVariables(text)).toBe(expected);
});

it('names each missing variable once', () => {
  expect(describeUnset(['A', 'B', 'A'])).toEqual({ what: 'the variables A, B are not set', fix: 'set them, or give a default: ${A:-…}' });
});
