import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { computeTags } from './compute-tags';
import { addExactVersion } from './rules/exact-version';
import { readTagRules } from './rules/read-tag-rules';
import { gitTagsCases } from './testing/git-tags';
import { latestCases } from './testing/latest';
import { literalsCases } from './testing/literals';
import { type PeerCase } from './testing/peer-case';
import { factsOn } from './testing/peer-events';
import { pullRequestsCases } from './testing/pull-requests';
import { pushesCases } from './testing/pushes';
import { versionTagsCases } from './testing/version-tags';

const CASES = [...pushesCases, ...gitTagsCases, ...versionTagsCases, ...latestCases, ...pullRequestsCases, ...literalsCases];
const APART = CASES.filter(({ apart }) => apart !== undefined);
const page = readFileSync(join(__dirname, '../../../../docs/metadata-action.md'), 'utf8');
const usual = (parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '') as { readonly tags: readonly unknown[] }).tags;

function tagsOf({ on, tags = usual, ...rest }: PeerCase): readonly string[] {
  const facts = factsOn(on, rest);
  const { rules, problems } = readTagRules(tags, 'v');
  expect(problems).toEqual([]);
  // A release has its exact version, unless `exactVersion: false`.
  const isOfVersions = tags.some((rule) => JSON.stringify(rule).includes('"version"'));
  const all = isOfVersions ? addExactVersion(rules, facts.version, 'v') : rules;
  return computeTags(all, facts)
    .tags.map(({ tag }) => tag)
    .sort();
}

describe("docker/metadata-action's own cases", () => {
  it('are complete, and at most eight give other tags', () => {
    expect(new Set(CASES.flatMap(({ names }) => names)).size).toBe(131);
    expect(APART.flatMap(({ names }) => names).length).toBeLessThanOrEqual(8);
  });

  it.each(CASES.filter(({ apart }) => apart === undefined).map((one) => [one.names.join(', '), one.rows.join(' '), one] as const))(
    'give the same tags: %s: %s',
    (_, __, one) => expect(tagsOf(one)).toEqual(one.gives),
  );

  it.each(APART.flatMap((one) => (one.apart?.here === undefined ? [] : [[one.names.join(', '), one.apart.reason, one] as const])))(
    'give other tags: %s, since %s',
    (_, __, one) => {
      expect(tagsOf(one)).toEqual(one.apart?.here);
      expect(tagsOf(one)).not.toEqual(one.gives);
    },
  );

  it('with other tags are listed in docs/metadata-action.md, each with its reason', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\d+)`(.*)$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(APART.flatMap(({ names }) => names).sort());
    for (const { names, apart } of APART) {
      expect(rows.find(([, name]) => name === names[0])?.[2]).toContain(apart?.reason);
    }
  });
});
