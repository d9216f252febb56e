import { parse } from 'yaml';

import { quote } from './quote';

it.each(['main', 'release/1.x', 'v[0-9]*', '**@[0-9]*', 'on', 'no', '1.0', "it's", '# x', 'a: b', '- a', '!x', 'a,b', ''])(
  'writes %j so that YAML reads it, within brackets and without',
  (text) => {
    expect(parse(`key: ${quote(text)}\nlist: [${quote(text)}, b]\n`)).toEqual({ key: text, list: [text, 'b'] });
  },
);

it('leaves usual names without quotes', () => {
  expect(['main', 'release/1.x', 'deploy'].map(quote)).toEqual(['main', 'release/1.x', 'deploy']);
});
