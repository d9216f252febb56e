import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { PEER_CASES, tagsOfPeerCase } from './testing/peer-cases';
import { type PeerCase } from './testing/peer-case';

const APART = PEER_CASES.filter(({ apart }) => apart !== undefined);
const page = readFileSync(join(__dirname, '../../../../docs/coming-from/metadata-action.md'), 'utf8');
const usual = (parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '') as { readonly tags: readonly unknown[] }).tags;

const tagsOf = (one: PeerCase) => tagsOfPeerCase(one, one.tags ?? usual);

describe("docker/metadata-action's own cases", () => {
  it('are complete, and at most eight give other tags', () => {
    expect(new Set(PEER_CASES.flatMap(({ names }) => names)).size).toBe(131);
    expect(APART.flatMap(({ names }) => names).length).toBeLessThanOrEqual(8);
  });

  it.each(PEER_CASES.filter(({ apart }) => apart === undefined).map((one) => [one.names.join(', '), one.rows.join(' '), one] as const))(
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

  it('with other tags are listed in docs/coming-from/metadata-action.md, each with its reason', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\d+)`(.*)$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(APART.flatMap(({ names }) => names).sort());
    for (const { names, apart } of APART) {
      expect(rows.find(([, name]) => name === names[0])?.[2]).toContain(apart?.reason);
    }
  });
});
