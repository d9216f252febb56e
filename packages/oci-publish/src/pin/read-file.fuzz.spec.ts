import fc from 'fast-check';

import { fuzz } from '@nx-oci/model/testing';

import { splice } from './edits/splice';
import { mergeEdits } from './places/merge-edits';
import { readPlaces } from './read-file';
import { parseYaml } from './yaml/parse-yaml';

const NAME = 'ghcr.io/acme/api';
const DIGEST = `sha256:${'a'.repeat(64)}`;

const pin = (text: string): string => {
  const isKustomization = text.length % 2 === 0;
  const { places, uses } = readPlaces(text, { names: [NAME], isOurs: (name) => name === NAME, isKustomization, defaults: text });
  const written = places.flatMap((owner) => {
    const edits = owner.write({ tag: 'v2', digest: DIGEST });
    return typeof edits === 'string' ? [] : [{ owner, edits }];
  });
  return splice(text, mergeEdits(written, uses).edits);
};

const piece = fc.constantFrom(
  ...['image', 'images', 'repository', 'tag', 'digest', 'newTag', 'newName', 'name', 'registry', 'global', 'x', '<<'],
  ...[
    ': ',
    ':',
    '\n',
    '\n',
    '\n  ',
    '\n    ',
    '\r\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    "'",
    '|',
    '>-\n  ',
    '? ',
    '---\n',
    '...\n',
    '# c',
  ],
  ...['&a ', '*a', '&b ', '*b', '!!str ', '!t ', '~', 'null', '1', '', '\t', '%YAML 1.1\n', '\\x41', '\uFEFF', 'ä🐳'],
  ...[NAME, `${NAME}:v1`, `${NAME}@${DIGEST}`, 'acme/api', 'ghcr.io'],
);

const isReadable = (text: string): boolean => 'documents' in parseYaml(text);

it('reads any text, writes what can be read like before, and changes nothing a second time', () => {
  fuzz(fc, {
    name: 'deployment files',
    drawn: fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
    read: (text) => {
      const once = pin(text);
      if (pin(once) !== once) throw new Error(`changed again: ${JSON.stringify(once)}`);
      if (isReadable(once) !== isReadable(text)) throw new Error(`broken: ${JSON.stringify(once)}`);
    },
  });
});

it.each([
  ['lists in lists', '['.repeat(5000)],
  ['maps in maps', Array.from({ length: 5000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['a map that merges itself', `a: &a\n  <<: *a\n  image:\n    <<: *a\n    tag: v1\n`],
  ['aliases of aliases', ['a: &a [x]', ...Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*a, *a]`)].join('\n')],
])('reads %s', (_, text) => {
  const whole = `${text}\nimage: ${NAME}:v1\n`;
  expect(typeof pin(whole)).toBe('string');
});
