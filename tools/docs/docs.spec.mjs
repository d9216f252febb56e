/* global describe, it, expect, __dirname */
import { join } from 'node:path';

import { findBrokenLinks } from './find-broken-links.mjs';
import { findWrongCommands, readKnown } from './find-wrong-commands.mjs';
import { makeSettingsCheck } from './find-wrong-settings.mjs';
import { codeBlocksOf, readPages } from './read-pages.mjs';

const ROOT = join(__dirname, '../..');
const PAGES = readPages(ROOT);
const BLOCKS = PAGES.flatMap(codeBlocksOf);
const ofLanguage = (...languages) => BLOCKS.filter(({ language, code }) => languages.includes(language) && !code.includes('…'));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

describe('the pages', () => {
  it('link to files and headings that exist', () => {
    const found = PAGES.map((page) => findBrokenLinks(page, ROOT));
    expect(found.flatMap(({ broken }) => broken)).toEqual([]);
    expect(sum(found.map(({ count }) => count))).toBeGreaterThan(250);
  });

  it('are all in the index', () => {
    const index = PAGES.find(({ file }) => file === 'docs/README.md').text;
    const own = PAGES.map(({ file }) => file).filter((file) => file.startsWith('docs/') && file !== 'docs/README.md');
    expect(own.filter((file) => !index.includes(`(${file.slice('docs/'.length)}`))).toEqual([]);
    expect(own.length).toBeGreaterThan(35);
  });
});

describe('examples', () => {
  it('in a shell name generators, executors, options and scripts that exist', () => {
    const known = readKnown(ROOT);
    const found = BLOCKS.filter(({ language }) => language === 'sh').map((block) => findWrongCommands(block, known));
    expect(found.flatMap(({ problems }) => problems)).toEqual([]);
    expect(sum(found.map(({ count }) => count))).toBeGreaterThan(80);
  });

  it('of registries.yaml are valid, and other YAML can be read', () => {
    const check = makeSettingsCheck(ROOT);
    const judged = ofLanguage('yaml').map((block) => ({ file: block.file, problems: check.yaml(block) }));
    expect(judged.filter(({ problems = [] }) => problems.length > 0)).toEqual([]);
    expect(judged.filter(({ problems }) => problems !== undefined).length).toBeGreaterThan(7);
  });

  it('of targets have options that exist', () => {
    const check = makeSettingsCheck(ROOT);
    const judged = ofLanguage('json', 'jsonc').map((block) => ({ file: block.file, problems: check.json(block) }));
    expect(judged.filter(({ problems = [] }) => problems.length > 0)).toEqual([]);
    expect(judged.filter(({ problems }) => problems !== undefined).length).toBeGreaterThan(5);
  });
});

describe('a mistake in a page is found', () => {
  const known = readKnown(ROOT);
  const check = makeSettingsCheck(ROOT);
  const of = (code) => ({ file: 'docs/README.md', code });

  it.each([
    ['npx nx g nx-oci:imagine api', 'no generator imagine'],
    ['npx nx g nx-oci:image api --bas=x', 'no option --bas'],
    ['nx run api:publish --dryRum', 'no option --dryRum'],
    ['npm run dempo', 'no script dempo'],
  ])('%s', (code, problem) => expect(findWrongCommands(of(code), known).problems).toEqual([expect.stringContaining(problem)]));

  it.each(['registries:\n  a: { hosts: b }', 'registries: [', 'publish: { tags: 5 }'])('%j', (code) =>
    expect(check.yaml(of(code))).not.toEqual([]),
  );

  it.each([
    '"image": { "executor": "nx-oci:built" }',
    '{ "image": { "executor": "nx-oci:build", "options": { "bases": "x" } } }',
    '{ "a": ',
  ])('%j', (code) => expect(check.json(of(code))).not.toEqual([]));

  it.each(['[x](gone.md)', '[x](publish/tags.md#gone)', '[x](#gone)', '<img src="pictures/gone.svg">'])('%s', (text) =>
    expect(findBrokenLinks({ file: 'docs/README.md', text }, ROOT).broken).toHaveLength(1),
  );
});
