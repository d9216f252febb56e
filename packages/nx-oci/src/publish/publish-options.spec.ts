import { readPublishOptions } from './publish-options';

it('reads what is right, and makes lists of single entries', () => {
  expect(
    readPublishOptions({ registries: 'ghcr', tags: ['sha', { rule: 'major', prefix: '' }, { literal: 'edge' }], prune: true }),
  ).toEqual({
    options: { registries: ['ghcr'], tags: ['sha', { rule: 'major', prefix: '' }, { literal: 'edge' }], prune: true },
    problems: [],
  });
});

it('reads numbers as the text that was written', () => {
  expect(readPublishOptions({ release: 2, tags: 22, prefix: 1 }).options).toEqual({ release: '2', tags: ['22'], prefix: '1' });
});

it('tells all mistakes at once: wrong names with the right one, wrong types with the place', () => {
  const { problems } = readPublishOptions({ dryrun: true, regsitries: ['ghcr'], prune: 'yes', release: true });
  expect(problems).toEqual([
    '`dryrun` is not an option: did you mean `dryRun`?',
    '`regsitries` is not an option: did you mean `registries`?',
    expect.stringMatching(/^`release`: /),
    expect.stringMatching(/^`prune`: .*boolean/),
  ]);
});

it('names a word of the command line that belongs to no option', () => {
  expect(readPublishOptions({ _: ['latest'] }).problems).toEqual([expect.stringContaining('`latest` belongs to no option')]);
});
