import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { readTagRules } from './rules/read-tag-rules';

/** An example is a list of tags, or a part of registries.yaml with one. */
const tagsOf = (example: { readonly tags?: unknown[]; readonly publish?: { readonly tags: unknown[] } }) =>
  example.tags ?? example.publish!.tags;

const read = (name: string) => readFileSync(join(__dirname, '../../../../docs', name), 'utf8');

it('reads every rule of the examples in docs/publish/tags.md', () => {
  const examples = [...read('publish/tags.md').matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) =>
    tagsOf(parse(text!) as Parameters<typeof tagsOf>[0]),
  );
  expect(examples.flat().length).toBeGreaterThan(8);
  for (const tags of examples) expect(readTagRules(tags, 'v').problems).toEqual([]);
});

it('reads every rule that docs/coming-from/metadata-action.md gives', () => {
  const cells = [...read('coming-from/metadata-action.md').matchAll(/^\|(?:\\\||[^|])*\|((?:\\\||[^|])*)\|$/gm)].map(
    ([, cell]) => cell ?? '',
  );
  const rules = cells.flatMap((cell) => /`([{'][^`]*|edge|branch|pr|stable)`/.exec(cell)?.[1]?.replaceAll('\\|', '|') ?? []);
  expect(rules.length).toBeGreaterThan(18);
  for (const rule of rules) expect({ rule, problems: readTagRules([parse(rule)], 'v').problems }).toEqual({ rule, problems: [] });
});
