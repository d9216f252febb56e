import { readPublishOptions } from './publish-options';

it('parses valid options, and makes lists of single entries', () => {
  expect(
    readPublishOptions({ registries: 'ghcr', tags: ['sha', { rule: 'major', prefix: '' }, { literal: 'edge' }], prune: true }),
  ).toEqual({
    options: { registries: ['ghcr'], tags: ['sha', { rule: 'major', prefix: '' }, { literal: 'edge' }], prune: true },
    problems: [],
  });
});

it.each<[string, object]>([
  ['image', { image: 7 }],
  ['registries', { registries: [1.1] }],
  ['registries', { registries: 1.1 }],
  ['release', { release: 2 }],
  ['prefix', { prefix: 0 }],
  ['defaultBranch', { defaultBranch: 1.1 }],
])('refuses a number as a name, since it does not keep how it was written: %s', (name, options) => {
  const { problems } = readPublishOptions(options);
  expect(problems).toEqual([expect.stringMatching(/may have been written differently.*in quotes/)]);
  expect(problems[0]).toContain(name);
});

it.each(['image', 'registries', 'defaultBranch'])('makes no name of nothing: %s of a variable that is not set', (name) => {
  expect(readPublishOptions({ [name]: '' }).problems).toEqual([expect.stringMatching(/it is empty; is its variable set/)]);
});

it('does not take a switch for a name', () => {
  expect(readPublishOptions({ image: true, prefix: false }).problems).toEqual([
    '`image`: it is true, not text: write --name=text.',
    '`prefix`: it is false, not text: write --name=text.',
  ]);
});

it('treats an empty prefix as none', () => {
  expect(readPublishOptions({ prefix: '' })).toEqual({ options: { prefix: '' }, problems: [] });
});

it('reports all mistakes at once: unknown names with the right one, wrong types with their path', () => {
  const { problems } = readPublishOptions({ dryrun: true, regsitries: ['ghcr'], prune: 'yes', release: true });
  expect(problems).toEqual([
    'unknown option `dryrun`: did you mean `dryRun`?',
    'unknown option `regsitries`: did you mean `registries`?',
    expect.stringMatching(/^`release`: /),
    '`prune`: write true or false.',
  ]);
});

it('reports a word of the command line that belongs to no option', () => {
  expect(readPublishOptions({ _: ['latest'] }).problems).toEqual([expect.stringContaining('"latest" is not an option')]);
});
