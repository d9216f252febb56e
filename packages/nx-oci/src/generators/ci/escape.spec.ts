import { execFileSync } from 'node:child_process';

import { assert, array, property, string, stringMatching, oneof } from 'fast-check';
import { parse } from 'yaml';

import { actionsText, shell, yaml } from './escape';

const odd = oneof(string({ unit: 'grapheme' }), stringMatching(/^[ '"#:{}[\]$%&*!|>\\@`,?\r\n\t-]{0,12}$/));

describe('yaml', () => {
  it.each(['main', 'release/1.x', 'deploy', '$CI_COMMIT_TAG =~ /^v[0-9]/'])('leaves the usual text %s without quotes', (text) => {
    expect(yaml(text)).toBe(text);
  });

  it('writes a list in one line', () => {
    expect(yaml(['main', 'v[0-9]*'])).toBe("[main, 'v[0-9]*']");
  });

  it.each(['on', 'no', 'y', '1.0', 'null', ''])('keeps %j as text in every version of YAML', (text) => {
    expect(parse(`key: ${yaml(text)}`, { version: '1.1' })).toEqual({ key: text });
  });

  it('writes any text so that it is parsed unchanged, on one line', () => {
    assert(
      property(odd, array(odd), (text, list) => {
        expect(parse(`key: ${yaml(text)} # end\nlist: ${yaml(list)}\nlast: 1\n`)).toEqual({ key: text, list, last: 1 });
      }),
    );
  });
});

it('prevents GitHub Actions from evaluating a text', () => {
  expect(actionsText('web/shop')).toBe('web/shop');
  expect(parse(actionsText('a ${{ secrets.B }}'))).toBe("a ${{ '${{' }} secrets.B }}");
});

it('writes any word so that a shell reads it unchanged', () => {
  expect(shell('web/shop')).toBe('web/shop');
  assert(
    property(
      array(
        odd.filter((word) => !word.includes('\0')),
        { minLength: 1 },
      ),
      (words) => {
        const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shell).join(' ')}`], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(words);
      },
    ),
    { numRuns: 20 },
  );
});
