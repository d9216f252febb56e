import { computeTags } from '../compute-tags';
import { addExactVersion } from '../rules/exact-version';
import { readTagRules } from '../rules/read-tag-rules';
import { gitTagsCases } from './git-tags';
import { latestCases } from './latest';
import { literalsCases } from './literals';
import { type PeerCase } from './peer-case';
import { factsOn } from './peer-events';
import { pullRequestsCases } from './pull-requests';
import { pushesCases } from './pushes';
import { versionTagsCases } from './version-tags';

/** All cases of docker/metadata-action's own tests. */
export const PEER_CASES: readonly PeerCase[] = [
  ...pushesCases,
  ...gitTagsCases,
  ...versionTagsCases,
  ...latestCases,
  ...pullRequestsCases,
  ...literalsCases,
];

/** The tags that our rules give on the event of a case, sorted. @throws Error if there is a mistake in the rules. */
export function tagsOfPeerCase({ on, ...rest }: PeerCase, tags: readonly unknown[], { exactVersion = true } = {}): readonly string[] {
  const facts = factsOn(on, rest);
  const { rules, problems } = readTagRules(tags, 'v');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  // A release has its exact version, unless `exactVersion: false`.
  const isOfVersions = exactVersion && tags.some((rule) => JSON.stringify(rule).includes('"version"'));
  const all = isOfVersions ? addExactVersion(rules, facts.version, 'v') : rules;
  return computeTags(all, facts)
    .tags.map(({ tag }) => tag)
    .sort();
}
